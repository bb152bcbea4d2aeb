import { type MicrosoftEntraIDConfig, microsoftEntraId } from "@oauth/microsoft-entra-id";
import { createIssuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { CLIENT, FakeProvider, type Recording } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { decodeJwt } from "jose";
import { describe, expect, onTestFinished, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const LOGIN = "https://login.microsoftonline.com";
const EVIL = "e5e5e5e5-0000-4000-8000-5b6a79880666";
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";
const { jwks, claims } = recording.idToken;
const ACME = claims.tid;

/** Returns the issuer of a tenant. */
const issuerOf = (tid: unknown) => `${LOGIN}/${tid}/v2.0`;

testProvider(microsoftEntraId, recording, ({ fake, create, signIn, failureOf }) => {
	type Config = Partial<MicrosoftEntraIDConfig>;

	/** Signs a user of a tenant in, with the recorded endpoints whatever the config is. */
	const signInFrom = (
		tid: unknown,
		config: Config = {},
		changes: Record<string, unknown> = {},
		callback = (_: URLSearchParams) => {},
	) =>
		signIn(
			{ iss: issuerOf(tid), tid, ...changes },
			{ config: { endpoints: ENDPOINTS, ...config }, callback },
		);

	const ENDPOINTS = { authorization: recording.authorization.url, token: recording.token.url, jwks };

	async function expectOutcome(outcome: Promise<{ providerUserId: string }>, wrong?: string) {
		const ours = expect.stringMatching(new RegExp(`^${claims.sub}@[\\da-f-]{36}(@|$)`));
		if (!wrong) expect(await outcome).toMatchObject({ providerUserId: ours });
		else await failureOf(outcome, "INVALID_ID_TOKEN", wrong);
	}

	describe("the authorization request", () => {
		test.each([
			[undefined, "common"],
			["common", "common"],
			["Common", "common"],
			["organizations", "organizations"],
			["consumers", "consumers"],
			[ACME, ACME],
			[ACME.toUpperCase(), ACME],
		])("startSignIn with the tenant %j leads to /%s", async (tenant, path) => {
			const { url } = await create({ tenant }).startSignIn(loginRequest(), {
				loginHint: "ada@example.com",
				prompt: "login",
				params: { domain_hint: "example.com" },
			});
			expect(url.split("?")[0]).toBe(`${LOGIN}/${path}/oauth2/v2.0/authorize`);
			expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
				login_hint: "ada@example.com",
				prompt: "login",
				domain_hint: "example.com",
			});
		});

		test("a tenant that is given by its domain requires allowedTenants", async () => {
			const tenant = "acme.onmicrosoft.com";
			const starting = create({ tenant }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"allowedTenants" is missing: it must have the id`);
			const { url } = await create({ tenant, allowedTenants: [ACME] }).startSignIn(loginRequest());
			expect(url).toMatch(`${LOGIN}/${tenant}/oauth2/v2.0/authorize?`);
		});

		test.each<[string, string, Config]>([
			["tenant", "is missing", { tenant: "" }],
			["tenant", "must be the id or the domain of a tenant", { tenant: `${LOGIN}/${ACME}` }],
			["allowedTenants", "must be a list", { allowedTenants: ["acme.onmicrosoft.com"] }],
			["allowedTenants", "must be a list", { allowedTenants: [""] }],
			["allowedTenants", "must be a list", { allowedTenants: ACME as never }],
			["authority", "must be a URL that begins with https://", { authority: "" }],
			["authority", "must be a URL that begins with https://", { authority: "login.microsoftonline.us" }],
		])("a wrong %s is refused when the sign-in starts: it %s", async (setting, problem, config) => {
			const starting = create(config).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"${setting}" ${problem}`);
		});
	});

	describe("a sign-in", () => {
		test("an Entra ID user with other names and without an e-mail address has the same id", async () => {
			const { profile } = await signIn({
				preferred_username: "ada.lovelace",
				name: "Ada Lovelace",
				given_name: undefined,
				family_name: undefined,
				email: undefined,
				xms_pl: undefined,
			});
			expect(profile).toEqual({
				id: recording.profile.id,
				username: "ada.lovelace",
				name: "Ada Lovelace",
			});
		});

		test("the same sub in another tenant is another user", async () => {
			for (const tid of [EVIL, PERSONAL])
				expect(await signInFrom(tid)).toMatchObject({ providerUserId: `${claims.sub}@${tid}` });
		});

		test("a profile from Entra ID has no picture, whose URL would need an access token", async () => {
			const { profile } = await signIn({ picture: "https://graph.microsoft.com/v1.0/me/photo/$value" });
			expect(profile).not.toHaveProperty("picture");
		});

		test("a callback with Microsoft's session_state is accepted", async () => {
			const callback = (params: URLSearchParams) =>
				params.set("session_state", "fe1540c3-a69a-469a-9fa3-8a2470936421");
			await expectOutcome(signIn({}, { callback }));
		});

		test("the error of a code that Entra ID refuses quotes its AADSTS number", async () => {
			const error_description = "AADSTS700005: The code is for another tenant.";
			fake.substitutes.set(recording.token.url, {
				status: 400,
				answer: { error: "invalid_grant", error_description, error_codes: [700005] },
			});
			expect(await failureOf(signIn(), "FAILED_REQUEST", "AADSTS700005")).toMatchObject({
				providerError: "invalid_grant",
				providerErrorDescription: error_description,
			});
		});

		test("the audience of an ID token is accepted in whichever case the client id is written", async () => {
			const clientId = "aabbccdd-0000-4000-8000-112233445566";
			const issuer = await createIssuer(clientId);
			fake.substitutes.set(jwks, { answer: { keys: issuer.keys.map(({ publicJwk }) => publicJwk) } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, nonce: "n" }));
			for (const id of [clientId, clientId.toUpperCase()])
				await expectOutcome(create({ clientId: id }).validateIdToken(idToken, { nonce: "n" }));
			const other = clientId.replace("a", "b");
			await expectOutcome(create({ clientId: other }).validateIdToken(idToken, { nonce: "n" }), `"aud"`);
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
			["", undefined],
			[null, undefined],
			["yes", undefined],
			[2, undefined],
			[[true], undefined],
		])("emailVerified with xms_edov %j is %s", async (xms_edov, verified) => {
			const { profile } = await signIn({ xms_edov });
			expect(profile).toMatchObject({ email: "ada@example.com" });
			expect(profile.emailVerified).toBe(verified);
		});

		test("emailVerified comes from no claim but xms_edov", async () => {
			const { profile } = await signIn({
				xms_edov: undefined,
				email_verified: true,
				verified_primary_email: ["ada@example.com"],
				verified_secondary_email: ["ada@example.com"],
			});
			expect(profile).not.toHaveProperty("emailVerified");
		});
	});

	describe("the issuer of an ID token", () => {
		test.each([
			["its tenant's issuer", {}, undefined],
			["another tenant's issuer", { iss: issuerOf(EVIL) }, '"iss"'],
			["the template of the discovery document as issuer", { iss: issuerOf("{tenantid}") }, '"iss"'],
			["the template as issuer and tenant", { iss: issuerOf("{tenantid}"), tid: "{tenantid}" }, '"tid"'],
			["the setting as issuer", { iss: issuerOf("common") }, '"iss"'],
			["the setting as issuer and tenant", { iss: issuerOf("common"), tid: "common" }, '"tid"'],
			["the issuer of version 1", { iss: `https://sts.windows.net/${ACME}/` }, '"iss"'],
			["an issuer on another host", { iss: `https://login.evil.example/${ACME}/v2.0` }, '"iss"'],
			["an issuer of another cloud", { iss: `https://login.microsoftonline.us/${ACME}/v2.0` }, '"iss"'],
			["an issuer that ends in a slash", { iss: `${issuerOf(ACME)}/` }, '"iss"'],
			["no issuer", { iss: undefined }, '"iss"'],
			["no issuer and no tenant", { iss: undefined, tid: undefined }, '"iss"'],
			["an empty issuer and no tenant", { iss: "", tid: undefined }, '"iss"'],
			["no tenant", { iss: issuerOf(undefined), tid: undefined }, '"tid"'],
			["an empty tenant", { iss: issuerOf(""), tid: "" }, '"tid"'],
			["a tenant with a path", { iss: issuerOf(`${ACME}/../x`), tid: `${ACME}/../x` }, '"tid"'],
			["a tenant of two lines", { iss: issuerOf(`${ACME}\nx`), tid: `${ACME}\nx` }, '"tid"'],
			["a list of tenants", { tid: [ACME] }, '"tid"'],
		])("an ID token with %s and the claims %j: the wrong claim is %j", async (_, changes, wrong) => {
			await expectOutcome(signIn(changes), wrong);
		});

		test("an ID token of another issuer is refused without a tenant", async () => {
			const issuer = await createIssuer(CLIENT.clientId);
			const subject = create({ issuer: issuer.url, fetch });
			const validate = async (tid: unknown) => {
				const idToken = await issuer.sign(issuer.claims({ ...claims, iss: issuer.url, tid, nonce: "n" }));
				return subject.validateIdToken(idToken, { nonce: "n" });
			};
			await expectOutcome(validate(ACME));
			for (const tid of [undefined, "", "common", [ACME]]) await expectOutcome(validate(tid), '"tid"');
		});
	});

	describe("tenant and allowedTenants", () => {
		test.each<[Config, string, boolean]>([
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
			[{ allowedTenants: [ACME.toUpperCase()] }, ACME, true],
			[{ allowedTenants: [ACME.toUpperCase()] }, EVIL, false],
			[{ allowedTenants: [ACME, EVIL] }, EVIL, true],
			[{ allowedTenants: [ACME] }, EVIL, false],
			[{ allowedTenants: [] }, ACME, false],
			[{ tenant: "organizations", allowedTenants: [ACME, PERSONAL] }, ACME, true],
			[{ tenant: "organizations", allowedTenants: [ACME, PERSONAL] }, PERSONAL, false],
			[{ tenant: ACME, allowedTenants: [EVIL] }, ACME, false],
			[{ tenant: ACME, allowedTenants: [EVIL] }, EVIL, false],
			[{ tenant: "acme.example", allowedTenants: [ACME] }, ACME, true],
			[{ tenant: "acme.example", allowedTenants: [ACME] }, EVIL, false],
			[{ tenant: "acme.example", allowedTenants: [] }, ACME, false],
		])("with the config %j, a user of %s: accepted is %j", async (config, tid, accepted) => {
			await expectOutcome(signInFrom(tid, config), accepted ? undefined : '"tid"');
		});

		test("validateIdToken checks tenant and allowedTenants too", async () => {
			const { tokens } = await signInFrom(EVIL);
			const idToken = `${tokens.idToken}`;
			const nonce = `${decodeJwt(idToken).nonce}`;
			const validate = (config: Config) =>
				create({ endpoints: ENDPOINTS, ...config }).validateIdToken(idToken, { nonce });
			await expectOutcome(validate({}));
			await expectOutcome(validate({ tenant: ACME }), '"tid"');
			await expectOutcome(validate({ allowedTenants: [ACME] }), '"tid"');
		});
	});

	describe("iss in the callback", () => {
		const signInWith = (iss: string, tid: string, config: Config) =>
			signInFrom(tid, config, {}, (params) => params.set("iss", iss));

		test.each<[Config, string]>([
			[{}, ACME],
			[{ tenant: "common" }, PERSONAL],
			[{ tenant: "organizations" }, ACME],
			[{ tenant: "acme.example", allowedTenants: [ACME] }, ACME],
			[{ tenant: ACME }, ACME],
			[{ tenant: ACME.toUpperCase() }, ACME],
			[{ tenant: "consumers" }, PERSONAL],
		])("with the config %j, iss in the callback must be that of the ID token", async (config, tid) => {
			await expectOutcome(signInWith(issuerOf(tid), tid, config));
			await failureOf(signInWith(issuerOf(EVIL), tid, config), "ISSUER_MISMATCH", `"iss"`);
		});

		test.each([
			"https://evil.example",
			issuerOf("common"),
			issuerOf("{tenantid}"),
			`${issuerOf(ACME)}/`,
			`https://login.microsoftonline.us/${ACME}/v2.0`,
			`https://evil.example/?${issuerOf(ACME)}`,
			`${LOGIN}/evil/${ACME}/v2.0`,
		])("the iss %s in the callback is refused before the code is redeemed", async (iss) => {
			await failureOf(signInWith(iss, ACME, {}), "ISSUER_MISMATCH", `"iss" is another`);
			expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
		});

		test("with a tenant, the iss of another tenant in the callback is refused before the code is redeemed", async () => {
			const config = { tenant: ACME };
			await failureOf(signInWith(issuerOf(EVIL), ACME, config), "ISSUER_MISMATCH", `"iss" is another`);
			expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
		});
	});

	describe("a national cloud", () => {
		const authority = "https://login.microsoftonline.us";

		test.each([authority, `${authority}/`, authority.toUpperCase()])(
			"the authority %s has URLs, issuers and user ids of its own",
			async (url) => {
				expect(create({ authority: url }).getAuthorizationUrl()).toMatch(
					`${authority}/common/oauth2/v2.0/authorize?`,
				);
				const iss = `${authority}/${ACME}/v2.0`;
				expect(await signInFrom(ACME, { authority: url }, { iss })).toMatchObject({
					providerUserId: `${recording.profile.id}@login.microsoftonline.us`,
				});
				await expectOutcome(signInFrom(ACME, { authority: url }), '"iss"');
			},
		);

		test("the global host as authority is the same as none", async () => {
			expect(await signInFrom(ACME, { authority: `${LOGIN}/` })).toMatchObject({
				providerUserId: recording.profile.id,
			});
		});

		test.each([
			[`${LOGIN}/`, "https://graph.microsoft.com/v1.0"],
			["https://login.partner.microsoftonline.cn", "https://microsoftgraph.chinacloudapi.cn/v1.0"],
			// Two Graphs have this sign-in host, so the app has to name its own.
			[authority, undefined],
		])("the Graph of the authority %s is %s", (url, graph) => {
			expect(create({ authority: url }).apiUrl).toBe(graph);
		});
	});

	describe("every URL", () => {
		test.each<[Config, string]>([
			[{}, `${LOGIN}/common/`],
			[{ tenant: "organizations" }, `${LOGIN}/organizations/`],
			[{ tenant: ACME }, `${LOGIN}/${ACME}/`],
			[{ tenant: "acme.example", allowedTenants: [ACME] }, `${LOGIN}/acme.example/`],
			[
				{ authority: "https://login.partner.microsoftonline.cn" },
				"https://login.partner.microsoftonline.cn/common/",
			],
		])("with the config %j, every URL begins with %s", async (config, base) => {
			const elsewhere: Recording = JSON.parse(
				JSON.stringify(recording)
					.replaceAll(`${LOGIN}/common/`, base)
					.replaceAll(`${LOGIN}/${ACME}`, `${new URL(base).origin}/${ACME}`),
			);
			const other = new FakeProvider(elsewhere);
			await other.start();
			onTestFinished(() => other.stop());
			const subject = create({ ...config, fetch: other.fetch });
			const callback = other.answer(await subject.startSignIn(loginRequest()));
			expect(await subject.handleCallback(callback)).toMatchObject({ profile: { name: "Ada Example" } });
			expect(other.requests.map(({ url }) => url).sort()).toEqual([
				`${base}discovery/v2.0/keys`,
				`${base}oauth2/v2.0/token`,
			]);
		});
	});

	describe("a key", () => {
		/** Validates an ID token that is signed with a key of this issuer, as Microsoft's key set names it. */
		async function validate(keyIssuer: string, tid: string, alg = "RS256") {
			const issuer = await createIssuer(CLIENT.clientId);
			issuer.keys = [await createKey(`key-of-${alg}`, alg)];
			// Microsoft's keys name no algorithm.
			const keys = issuer.keys.map(({ publicJwk: { alg, ...key } }) => ({ ...key, issuer: keyIssuer }));
			fake.substitutes.set(jwks, { answer: { keys } });
			const idToken = await issuer.sign(issuer.claims({ ...claims, iss: issuerOf(tid), tid, nonce: "n" }));
			return create().validateIdToken(idToken, { nonce: "n" });
		}

		test.each([ACME, EVIL])("a key for all tenants is accepted for the tenant %s", async (tid) => {
			await expectOutcome(validate(issuerOf("{tenantid}"), tid));
		});

		test("a key for personal accounts is accepted for a personal account", async () => {
			await expectOutcome(validate(issuerOf(PERSONAL), PERSONAL));
		});

		test("a key for personal accounts is refused for another tenant", async () => {
			await expectOutcome(validate(issuerOf(PERSONAL), ACME), "kid");
		});

		test("a key for another cloud is refused", async () => {
			await expectOutcome(validate("https://login.microsoftonline.us/{tenantid}/v2.0", ACME), "kid");
		});

		test("an ID token of Entra ID is refused if it is not signed with RS256", async () => {
			await expectOutcome(validate(issuerOf("{tenantid}"), ACME, "ES256"), "expected RS256");
		});
	});

	test("a refresh that needs a second factor is an INVALID_GRANT", async () => {
		fake.substitutes.set(recording.token.url, {
			status: 400,
			answer: {
				error: "interaction_required",
				error_description: "AADSTS50076: multi-factor authentication",
			},
		});
		const refreshing = create().refreshTokens(fake.refreshToken);
		await failureOf(refreshing, "INVALID_GRANT", "AADSTS50076");
	});
});
