import { readFileSync } from "node:fs";
import { createEmulator } from "emulate";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { createIssuer, createKey, type Issuer } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";
import * as testing from "../../testing/dist/index.js";
import { type MicrosoftEntraIDConfig, microsoftEntraId } from "../dist/index.js";

const CLIENT = {
	clientId: "aabbccdd-0000-4000-8000-112233445566",
	clientSecret: "secret~of.the-app",
	redirectUri: "http://localhost:3000/login/microsoft-entra-id/callback",
};

const LOGIN = "https://login.microsoftonline.com";
const ACME = "1f2e3d4c-0000-4000-8000-5b6a79880000";
const EVIL = "e5e5e5e5-0000-4000-8000-5b6a79880666";
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";
const SUB = "Ada0SubjectPairwise-Made_Up0123456789abcdefg";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

/** Entra ID, whose keys and token endpoint are the test's own. Its issuers stay Microsoft's. */
function provider(config: Partial<MicrosoftEntraIDConfig> = {}) {
	const endpoints = { token: `${issuer.url}/token`, jwks: `${issuer.url}/jwks` };
	return microsoftEntraId({ ...CLIENT, endpoints, ...config });
}

/** @see https://learn.microsoft.com/en-us/entra/identity-platform/id-token-claims-reference */
function claims(changes: Record<string, unknown> = {}) {
	return issuer.claims({
		ver: "2.0",
		iss: `${LOGIN}/${changes.tid ?? ACME}/v2.0`,
		sub: SUB,
		oid: "0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f",
		tid: ACME,
		name: "Ada Example",
		preferred_username: "ada@example.com",
		email: "ada@example.com",
		email_verified: undefined,
		...changes,
	});
}

async function signIn(
	changes: Record<string, unknown> = {},
	config: Partial<MicrosoftEntraIDConfig> = {},
	params: Record<string, string> = {},
) {
	const flow = await provider(config).startSignIn();
	const nonce = new URL(flow.url).searchParams.get("nonce");
	issuer.on("/token", {
		token_type: "Bearer",
		scope: "openid profile email",
		expires_in: 3599,
		ext_expires_in: 3599,
		access_token: "EwMadeUpAccessToken",
		id_token: await issuer.sign(claims({ nonce, ...changes })),
	});
	return provider(config).handleCallback(callbackRequest(flow, params));
}

async function expectOutcome(outcome: Promise<{ providerUserId: string }>, wrong?: string) {
	const ours = expect.stringMatching(new RegExp(`^${SUB}@[\\da-f-]{36}(@|$)`));
	if (!wrong) return void expect(await outcome).toMatchObject({ providerUserId: ours });
	const { message, cause } = await failureOf(outcome, "INVALID_ID_TOKEN");
	expect(`${message} ${cause}`).toContain(wrong);
}

describe("the authorization request", () => {
	test.each([undefined, "common", "organizations", "consumers", ACME])("to the tenant %s", async (tenant) => {
		const { url } = await microsoftEntraId({ ...CLIENT, tenant }).startSignIn({
			loginHint: "ada@example.com",
			prompt: "login",
			params: { domain_hint: "example.com" },
		});
		expect(url.split("?")[0]).toBe(`${LOGIN}/${tenant ?? "common"}/oauth2/v2.0/authorize`);
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			scope: "openid email profile",
			login_hint: "ada@example.com",
			prompt: "login",
			domain_hint: "example.com",
		});
	});

	test("to a tenant's domain needs the ids of the tenants that are meant", async () => {
		const tenant = "acme.onmicrosoft.com";
		await failureOf(microsoftEntraId({ ...CLIENT, tenant }).startSignIn(), "INVALID_CONFIG");
		const { url } = await microsoftEntraId({ ...CLIENT, tenant, allowedTenants: [ACME] }).startSignIn();
		expect(url).toMatch(`${LOGIN}/${tenant}/oauth2/v2.0/authorize?`);
	});

	test.each([
		["tenant", { tenant: "", allowedTenants: [ACME] }],
		["allowedTenants", { tenant: "Common" }],
		["authority", { authority: "" }],
		["endpoints.authorization", { authority: "login.microsoftonline.us" }],
		["redirectUri", { redirectUri: "" }],
	])("can't be with a wrong %s", async (setting, config) => {
		const outcome = microsoftEntraId({ ...CLIENT, ...config }).startSignIn();
		expect((await failureOf(outcome, "INVALID_CONFIG")).message).toContain(setting);
	});
});

describe("a sign-in", () => {
	test("takes the person from the ID token, with one request", async () => {
		const session = await signIn({ given_name: "Ada", family_name: "Example", xms_pl: "en-us" });
		expect(session.profile).toEqual({
			id: `${SUB}@${ACME}`,
			username: "ada@example.com",
			name: "Ada Example",
			givenName: "Ada",
			familyName: "Example",
			email: "ada@example.com",
			locale: "en-us",
		});
		expect(session.providerUser).toMatchObject({ tid: ACME, oid: "0a1b2c3d-0000-4000-8000-1a2b3c4d5e6f" });
		expect(issuer.requests.map(({ path }) => path).sort()).toEqual(["/jwks", "/token"]);
		expect(issuer.requests.find(({ path }) => path === "/token")?.form).toMatchObject({
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			redirect_uri: CLIENT.redirectUri,
		});
	});

	test("is the same person's whatever their names are, and without an e-mail address", async () => {
		const { profile } = await signIn({
			preferred_username: "ada.lovelace",
			name: "Ada Lovelace",
			email: undefined,
			xms_edov: true,
		});
		expect(profile).toEqual({ id: `${SUB}@${ACME}`, username: "ada.lovelace", name: "Ada Lovelace" });
	});

	test("with the same sub in another tenant is another person's", async () => {
		expect(await signIn({ tid: EVIL })).toMatchObject({ providerUserId: `${SUB}@${EVIL}` });
		expect(await signIn({ tid: PERSONAL })).toMatchObject({ providerUserId: `${SUB}@${PERSONAL}` });
	});

	test("has no picture, whose address would need an access token", async () => {
		const { profile } = await signIn({ picture: "https://graph.microsoft.com/v1.0/me/photo/$value" });
		expect(profile).not.toHaveProperty("picture");
	});

	test("takes Microsoft's keys, which name no algorithm, and its parameters in the callback", async () => {
		const [{ alg, ...key } = {}] = issuer.keys.map(({ publicJwk }) => publicJwk);
		issuer.on("/jwks", { keys: [{ ...key, issuer: `${LOGIN}/{tenantid}/v2.0` }] });
		await expectOutcome(signIn({}, {}, { session_state: "fe1540c3-a69a-469a-9fa3-8a2470936421" }));
	});

	test("takes no other algorithm than Microsoft's", async () => {
		issuer.keys = [await createKey("elliptic", "ES256")];
		await failureOf(signIn(), "INVALID_ID_TOKEN");
	});

	test("that Entra refuses says why", async () => {
		issuer.on("/token", (_: unknown, response: import("node:http").ServerResponse) =>
			response.writeHead(400, { "content-type": "application/json" }).end(
				JSON.stringify({
					error: "invalid_grant",
					error_description: "AADSTS700005: The code is for another tenant.",
					error_codes: [700005],
				}),
			),
		);
		const flow = await provider().startSignIn();
		expect(await failureOf(provider().handleCallback(callbackRequest(flow)), "FAILED_REQUEST")).toMatchObject(
			{
				providerError: "invalid_grant",
				providerErrorDescription: "AADSTS700005: The code is for another tenant.",
			},
		);
	});
});

describe("emailVerified", () => {
	test.each([
		[undefined, undefined],
		[true, true],
		[1, true],
		["true", true],
		["1", true],
		[false, false],
		[0, false],
		["false", false],
		["0", false],
		["", false],
		[null, false],
		["yes", false],
		[[true], false],
	])("with xms_edov %j is %s", async (xms_edov, verified) => {
		const { profile } = await signIn({ xms_edov });
		expect(profile).toMatchObject({ email: "ada@example.com" });
		expect(profile.emailVerified).toBe(verified);
	});

	test("comes from no other claim", async () => {
		const { profile } = await signIn({
			email_verified: true,
			verified_primary_email: ["ada@example.com"],
			verified_secondary_email: ["ada@example.com"],
		});
		expect(profile).not.toHaveProperty("emailVerified");
	});
});

describe("the issuer", () => {
	test.each([
		["the tenant's own", {}, undefined],
		["another tenant's", { iss: `${LOGIN}/${EVIL}/v2.0` }, '"iss"'],
		["the template of the discovery document", { iss: `${LOGIN}/{tenantid}/v2.0` }, '"iss"'],
		["the template, filled with itself", { tid: "{tenantid}" }, "(tid)"],
		["the setting", { iss: `${LOGIN}/common/v2.0` }, '"iss"'],
		["the setting, as tenant too", { tid: "common" }, "(tid)"],
		["version 1", { iss: `https://sts.windows.net/${ACME}/` }, '"iss"'],
		["another host", { iss: `https://login.evil.example/${ACME}/v2.0` }, '"iss"'],
		["another cloud", { iss: `https://login.microsoftonline.us/${ACME}/v2.0` }, '"iss"'],
		["a slash more", { iss: `${LOGIN}/${ACME}/v2.0/` }, '"iss"'],
		["no issuer", { iss: undefined }, '"iss"'],
		["no issuer and no tenant", { iss: undefined, tid: undefined }, '"iss"'],
		["an empty issuer and no tenant", { iss: "", tid: undefined }, '"iss"'],
		["no tenant", { iss: `${LOGIN}/undefined/v2.0`, tid: undefined }, "(tid)"],
		["an empty tenant", { tid: "" }, "(tid)"],
		["a tenant that leads elsewhere", { tid: `${ACME}/../x` }, "(tid)"],
		["a tenant that leads there from elsewhere", { tid: `x/../${ACME}` }, "(tid)"],
		["a tenant with a line more", { tid: `${ACME}\nx` }, "(tid)"],
		["a list of tenants", { iss: `${LOGIN}/${ACME}/v2.0`, tid: [ACME] }, "(tid)"],
	])("%s", async (_, changes, wrong) => {
		await expectOutcome(signIn(changes), wrong);
	});
});

describe("who may sign in", () => {
	test.each<[Partial<MicrosoftEntraIDConfig>, string, boolean]>([
		[{}, ACME, true],
		[{}, PERSONAL, true],
		[{ tenant: "common" }, EVIL, true],
		[{ tenant: "organizations" }, ACME, true],
		[{ tenant: "organizations" }, PERSONAL, false],
		[{ tenant: "consumers" }, PERSONAL, true],
		[{ tenant: "consumers" }, ACME, false],
		[{ tenant: PERSONAL }, PERSONAL, true],
		[{ tenant: ACME }, ACME, true],
		[{ tenant: ACME.toUpperCase() }, ACME, true],
		[{ tenant: ACME }, EVIL, false],
		[{ tenant: ACME }, PERSONAL, false],
		[{ allowedTenants: [ACME] }, ACME, true],
		[{ allowedTenants: [ACME, EVIL] }, EVIL, true],
		[{ allowedTenants: [ACME] }, EVIL, false],
		[{ allowedTenants: [] }, ACME, false],
		[{ allowedTenants: [""] }, ACME, false],
		[{ tenant: "organizations", allowedTenants: [ACME, PERSONAL] }, ACME, true],
		[{ tenant: "organizations", allowedTenants: [ACME, PERSONAL] }, PERSONAL, false],
		[{ tenant: ACME, allowedTenants: [EVIL] }, ACME, false],
		[{ tenant: ACME, allowedTenants: [EVIL] }, EVIL, false],
		[{ tenant: "acme.example", allowedTenants: [ACME] }, ACME, true],
		[{ tenant: "acme.example", allowedTenants: [ACME] }, EVIL, false],
		[{ tenant: "acme.example", allowedTenants: [] }, ACME, false],
	])("%j and a user of %s", async (config, tid, accepted) => {
		await expectOutcome(signIn({ tid }, config), accepted ? undefined : "(tid)");
	});

	test("holds for an ID token from elsewhere too", async () => {
		const idToken = await issuer.sign(claims({ tid: EVIL, nonce: "n" }));
		await expectOutcome(provider().validateIdToken(idToken, { nonce: "n" }));
		await expectOutcome(provider({ tenant: ACME }).validateIdToken(idToken, { nonce: "n" }), "(tid)");
		const strict = provider({ allowedTenants: [ACME] });
		await expectOutcome(strict.validateIdToken(idToken, { nonce: "n" }), "(tid)");
	});
});

describe("a national cloud", () => {
	const authority = "https://login.microsoftonline.us";

	test.each([authority, `${authority}/`])(
		"has addresses, issuers and people of its own: %s",
		async (address) => {
			const { url } = await microsoftEntraId({ ...CLIENT, authority: address }).startSignIn();
			expect(url).toMatch(`${authority}/common/oauth2/v2.0/authorize?`);
			const iss = `${authority}/${ACME}/v2.0`;
			expect(await signIn({ iss }, { authority: address })).toMatchObject({
				providerUserId: `${SUB}@${ACME}@login.microsoftonline.us`,
			});
			await expectOutcome(signIn({}, { authority: address }), '"iss"');
		},
	);

	test("that is the global one is no other", async () => {
		await expectOutcome(signIn({}, { authority: `${LOGIN}/` }));
	});
});

describe("every address", () => {
	test.each<[Partial<MicrosoftEntraIDConfig>, string]>([
		[{}, `${LOGIN}/common/`],
		[{ tenant: "organizations" }, `${LOGIN}/organizations/`],
		[{ tenant: ACME }, `${LOGIN}/${ACME}/`],
		[{ tenant: "acme.example", allowedTenants: [ACME] }, `${LOGIN}/acme.example/`],
		[
			{ authority: "https://login.partner.microsoftonline.cn" },
			"https://login.partner.microsoftonline.cn/common/",
		],
	])("with %j begins with %s", async (config, base) => {
		const text = readFileSync(new URL("recording.json", import.meta.url), "utf8");
		const host = `${new URL(base).origin}/`;
		const recording: testing.Recording = JSON.parse(
			text.replaceAll(`${LOGIN}/common/`, base).replaceAll(`${LOGIN}/${ACME}`, `${host}${ACME}`),
		);
		const fake = new testing.FakeProvider(recording);
		await fake.start();
		onTestFinished(() => fake.stop());
		const subject = microsoftEntraId({ ...testing.CLIENT, ...config, fetch: fake.fetch });
		const flow = await subject.startSignIn();
		const request = fake.answer(flow.url);
		request.headers.set("cookie", cookiePair(flow.cookie));
		expect(await subject.handleCallback(request)).toMatchObject({ profile: { name: "Ada Example" } });
		expect(fake.requests.map(({ url }) => url).sort()).toEqual([
			`${base}discovery/v2.0/keys`,
			`${base}oauth2/v2.0/token`,
		]);
	});
});

describe("iss in the callback", () => {
	test.each<[Partial<MicrosoftEntraIDConfig>, string]>([
		[{ tenant: ACME }, ACME],
		[{ tenant: ACME.toUpperCase() }, ACME],
		[{ tenant: "consumers" }, PERSONAL],
	])("with %j is the tenant's where it is sent", async (config, tid) => {
		await expectOutcome(signIn({ tid }, config, { iss: `${LOGIN}/${tid}/v2.0` }));
		await failureOf(signIn({ tid }, config, { iss: `${LOGIN}/${EVIL}/v2.0` }), "ISSUER_MISMATCH");
	});
});

test("another issuer's token without a tenant is nobody's", async () => {
	const subject = microsoftEntraId({ ...CLIENT, issuer: issuer.url });
	const signed = (tid: unknown) => issuer.sign(claims({ iss: issuer.url, tid, nonce: "n" }));
	await expectOutcome(subject.validateIdToken(await signed(ACME), { nonce: "n" }));
	for (const tid of [undefined, "", "common", [ACME]])
		await expectOutcome(subject.validateIdToken(await signed(tid), { nonce: "n" }), "(tid)");
});

describe("after sign-in", () => {
	test("a refresh brings the next refresh token", async () => {
		issuer.on("/token", {
			token_type: "Bearer",
			expires_in: 3599,
			access_token: "EwFresh",
			refresh_token: "M.next",
		});
		expect(await provider().refreshTokens("M.first")).toMatchObject({
			accessToken: "EwFresh",
			refreshToken: "M.next",
		});
	});

	test("no token can be revoked", async () => {
		await failureOf(provider().revokeToken("EwMadeUp"), "NOT_SUPPORTED");
	});
});

describe("the emulated Microsoft", () => {
	async function start() {
		const emulator = await createEmulator({
			service: "microsoft",
			port: 0,
			seed: {
				microsoft: {
					users: [
						{ email: "ada@example.com", name: "Ada Example", tenant_id: ACME },
						{ email: "eve@evil.example", name: "Eve Evil", tenant_id: EVIL },
					],
					oauth_clients: [
						{
							client_id: CLIENT.clientId,
							client_secret: CLIENT.clientSecret,
							name: "Test",
							redirect_uris: [CLIENT.redirectUri],
						},
					],
				},
			},
		});
		onTestFinished(() => emulator.close());
		return emulator.url;
	}

	/** In a browser: through the page, on which the person chooses who they are. */
	async function signInAt(url: string, email: string, config: Partial<MicrosoftEntraIDConfig>) {
		const subject = microsoftEntraId({ ...CLIENT, ...config });
		const flow = await subject.startSignIn();
		const browser = new Browser(url);
		const callback = await browser.submit(await browser.open(flow.url), email);
		const headers = { cookie: cookiePair(flow.cookie) };
		return { subject, session: subject.handleCallback(new Request(callback.url, { headers })) };
	}

	/** It has the paths of no tenant. */
	const asAuthority = (url: string) => ({
		authority: url,
		endpoints: {
			authorization: `${url}/oauth2/v2.0/authorize`,
			token: `${url}/oauth2/v2.0/token`,
			jwks: `${url}/discovery/v2.0/keys`,
		},
	});

	test("signs in people of every tenant, or of those that are allowed", async () => {
		const url = await start();
		const config = asAuthority(url);
		const ada = await (await signInAt(url, "ada@example.com", config)).session;
		expect(ada.providerUser).toMatchObject({ iss: `${url}/${ACME}/v2.0`, tid: ACME });
		expect(ada.profile).toEqual({
			id: `${ada.providerUser.sub}@${ACME}@${url}`,
			username: "ada@example.com",
			name: "Ada Example",
			givenName: "Ada",
			familyName: "Example",
			email: "ada@example.com",
		});
		const eve = await (await signInAt(url, "eve@evil.example", config)).session;
		expect(eve.providerUser).toMatchObject({ iss: `${url}/${EVIL}/v2.0`, tid: EVIL });

		const strict = { ...config, allowedTenants: [ACME] };
		expect(await (await signInAt(url, "ada@example.com", strict)).session).toMatchObject({
			providerUserId: ada.providerUserId,
		});
		await expectOutcome((await signInAt(url, "eve@evil.example", strict)).session, "(tid)");
		await expectOutcome(
			(await signInAt(url, "eve@evil.example", { ...config, tenant: ACME })).session,
			"(tid)",
		);
	});

	test("refreshes, with a token that is used up then", async () => {
		const url = await start();
		const { subject, session } = await signInAt(url, "ada@example.com", {
			...asAuthority(url),
			scope: ["offline_access"],
		});
		const { tokens } = await session;
		expect(tokens.scope).toContain("offline_access");
		const fresh = await subject.refreshTokens(tokens.refreshToken ?? "");
		expect(fresh.accessToken).not.toBe(tokens.accessToken);
		expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
		expect(await failureOf(subject.refreshTokens(tokens.refreshToken ?? ""), "FAILED_REQUEST")).toMatchObject(
			{ providerError: "invalid_grant" },
		);
	});

	test("is discovered as the issuer of one tenant, and vouches for nobody at another", async () => {
		const url = await start();
		const config = { issuer: `${url}/${ACME}/v2.0` };
		const ada = await (await signInAt(url, "ada@example.com", config)).session;
		expect(ada.providerUserId).toBe(`${ada.providerUser.sub}@${ACME}@${url}/${ACME}/v2.0`);
		await expectOutcome((await signInAt(url, "eve@evil.example", config)).session, '"iss"');
	});
});

describe("a key", () => {
	/** As Microsoft's key set says it of each. */
	const signInBy = (keyIssuer: string, tid: string, config: Partial<MicrosoftEntraIDConfig> = {}) => {
		for (const { publicJwk } of issuer.keys) Object.assign(publicJwk, { issuer: keyIssuer });
		return signIn({ tid }, config);
	};

	test("of all tenants vouches for each", async () => {
		await expectOutcome(signInBy(`${LOGIN}/{tenantid}/v2.0`, ACME));
		await expectOutcome(signInBy(`${LOGIN}/{tenantid}/v2.0`, EVIL));
	});

	test("of personal accounts vouches for these alone", async () => {
		await expectOutcome(signInBy(`${LOGIN}/${PERSONAL}/v2.0`, PERSONAL));
		await expectOutcome(signInBy(`${LOGIN}/${PERSONAL}/v2.0`, ACME), "kid");
	});

	test("of another cloud vouches for nobody here", async () => {
		await expectOutcome(signInBy("https://login.microsoftonline.us/{tenantid}/v2.0", ACME), "kid");
	});
});
