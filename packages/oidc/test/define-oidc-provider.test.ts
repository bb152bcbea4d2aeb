import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	type StandardClaims,
} from "@oauth/oidc";
import { failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createNetwork, type Issuer } from "@oauth/test-kit/issuer";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { SignJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { CLIENT as APP, type IdToken, respondWith } from "./sign-in.ts";

const CLIENT = { ...APP, clientSecret: "a client secret of at least thirty-two bytes" };

interface AcmeUser extends IdTokenClaims, StandardClaims {
	tid?: string;
}

type Quirks = Partial<OidcDefinition<AcmeUser>>;

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

function define(quirks: Quirks = {}) {
	return defineOidcProvider<OidcProviderConfig, AcmeUser>({
		id: "acme",
		name: "Acme",
		issuer: issuer.url,
		endpoints: {
			authorization: `${issuer.url}/authorize`,
			token: `${issuer.url}/token`,
			jwks: `${issuer.url}/jwks`,
			userinfo: `${issuer.url}/userinfo`,
		},
		...quirks,
	});
}

const acme = (quirks?: Quirks) => define(quirks)(CLIENT);

/** Signs in with these parameters in the callback. */
async function signIn(quirks: Quirks, idToken: IdToken, params: Record<string, string> = {}) {
	const flow = await acme(quirks).startSignIn(loginRequest());
	await respondWith(issuer, idToken, new URL(flow.url).searchParams.get("nonce") ?? "");
	return acme(quirks).handleCallback(callbackRequest(flow, params));
}

describe("issuerOf", () => {
	const issuerOf = ({ tid }: AcmeUser) => `https://login.example/${tid}/v2.0`;
	const tenant = { iss: "https://login.example/t1/v2.0", tid: "t1" };
	const validate = async (claims: Record<string, unknown>, quirks: Quirks = { issuerOf }) =>
		acme(quirks).validateIdToken(await issuer.sign(issuer.claims({ nonce: "n", ...claims })), { nonce: "n" });

	test("an ID token whose iss is not the one that issuerOf returns is refused, and the message says what was expected", async () => {
		expect(await validate(tenant)).toMatchObject({ profile: { id: "ada-36" } });
		for (const claims of [
			{ ...tenant, tid: "t2" },
			{ ...tenant, tid: undefined },
			{ ...tenant, iss: undefined },
			{ tid: "t1" },
			{ ...tenant, iss: [tenant.iss] },
		]) {
			const { message } = await failureOf(validate(claims), "INVALID_ID_TOKEN");
			expect(message).toContain(`unexpected "iss" claim value, expected the issuer of its own tenant`);
		}
	});

	test("an ID token is refused if issuerOf returns nothing or throws", async () => {
		const nobody = { issuerOf: () => undefined as never };
		await failureOf(validate({ iss: undefined }, nobody), "INVALID_ID_TOKEN");
		const broken = {
			issuerOf: () => {
				throw new TypeError("no tid");
			},
		};
		await failureOf(validate({}, broken), "INVALID_ID_TOKEN");
	});

	test("handleCallback accepts every iss that isIssuer accepts, and refuses any other", async () => {
		const quirks = { issuerOf, isIssuer: (iss: string) => iss.startsWith("https://login.example/") };
		expect(await signIn(quirks, tenant, { iss: tenant.iss })).toMatchObject({ providerUserId: "ada-36" });
		expect(await signIn(quirks, tenant)).toMatchObject({ providerUserId: "ada-36" });
		const stranger = await failureOf(
			signIn(quirks, tenant, { iss: "https://evil.example/t1/v2.0" }),
			"ISSUER_MISMATCH",
		);
		expect(stranger).toMatchObject({ step: "callback" });
	});

	test("handleCallback refuses an iss that differs from the ID token's", async () => {
		const quirks = { issuerOf, isIssuer: (iss: string) => iss.startsWith("https://login.example/") };
		const other = signIn(quirks, tenant, { iss: "https://login.example/t2/v2.0" });
		const error = await failureOf(other, "ISSUER_MISMATCH");
		expect(error).toMatchObject({ step: "id_token", provider: "acme" });
		expect(error.message).toContain(`"iss" in the callback differs from the ID token's`);
	});

	test("without isIssuer, handleCallback refuses an iss that differs from the definition's issuer", async () => {
		await failureOf(signIn({ issuerOf }, tenant, { iss: tenant.iss }), "ISSUER_MISMATCH");
	});
});

describe("HMAC algorithms", () => {
	const bySecret = (secret: string, alg = "HS256") =>
		new SignJWT(issuer.claims({ nonce: "n" }))
			.setProtectedHeader({ alg })
			.sign(new TextEncoder().encode(secret));

	test("an HMAC is verified with the client secret if the definition names its algorithm", async () => {
		const provider = acme({ algorithms: ["HS256"] });
		expect(await provider.validateIdToken(await bySecret(CLIENT.clientSecret), { nonce: "n" })).toMatchObject(
			{ profile: { name: "Ada" } },
		);
		expect(issuer.requests).toEqual([]);
		for (const token of [bySecret("x".repeat(40)), bySecret(CLIENT.clientSecret, "HS512")])
			await failureOf(provider.validateIdToken(await token, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("an HMAC is verified without fetching keys", async () => {
		const provider = acme({
			algorithms: ["HS256"],
			endpoints: { authorization: `${issuer.url}/authorize`, token: `${issuer.url}/token` },
		});
		await provider.startSignIn(loginRequest());
		await new Promise((resolve) => setImmediate(resolve));
		await provider.validateIdToken(await bySecret(CLIENT.clientSecret), { nonce: "n" });
		expect(issuer.requests).toEqual([]);
	});

	test("an HMAC is refused if the definition names none", async () => {
		const signed = await bySecret(CLIENT.clientSecret);
		await failureOf(acme().validateIdToken(signed, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("an RSA signature is refused if the definition names only an HMAC", async () => {
		const signed = await issuer.sign(issuer.claims({ nonce: "n" }));
		const { message } = await failureOf(
			acme({ algorithms: ["HS256"] }).validateIdToken(signed, { nonce: "n" }),
			"INVALID_ID_TOKEN",
		);
		expect(message).toContain("expected HS256");
	});
});

describe("readCallback", () => {
	const readCallback = ({ user = "{}" }) => ({ ...JSON.parse(user), sub: "grace" });
	const user = JSON.stringify({
		name: "Ada L.",
		locale: "de",
		email: "eve@example.com",
		email_verified: true,
	});

	test("readCallback fills in what no claim says", async () => {
		const quirks = { readCallback };
		expect(await signIn(quirks, { name: undefined }, { user })).toMatchObject({
			providerUserId: "ada-36",
			profile: { name: "Ada L.", email: "ada@example.com" },
		});
		expect((await signIn(quirks, {}, { user })).profile.name).toBe("Ada");
	});

	test("the userinfo response takes precedence over readCallback", async () => {
		issuer.on("/userinfo", { sub: "ada-36", name: "Ada", email: "ada@example.com" });
		const claims = { name: undefined, email: undefined, email_verified: undefined };
		const { profile } = await signIn({ readCallback, isComplete: ({ name }) => !!name }, claims, { user });
		expect(profile).toMatchObject({ id: "ada-36", name: "Ada", email: "ada@example.com", locale: "de" });
	});
});

test("defineOidcProvider accepts a plain object as the definition", async () => {
	const provider = acme();
	expect([provider.id, provider.name]).toEqual(["acme", "Acme"]);
	const { url } = await provider.startSignIn(loginRequest());
	expect(new URL(url).searchParams.get("scope")).toBe("openid profile email");
});

test("the userinfo endpoint is not asked if the definition has no isComplete", async () => {
	expect((await signIn({}, { name: undefined, email: undefined })).profile).toEqual({ id: "ada-36" });
	expect(issuer.requestsTo("/userinfo")).toEqual([]);
});

test("the message names the claim that findWrongClaim returns", async () => {
	const findWrongClaim = ({ tid }: AcmeUser) => (tid === "t1" ? undefined : "tid");
	expect(await signIn({ findWrongClaim }, { tid: "t1" })).toMatchObject({ providerUserId: "ada-36" });
	const { message } = await failureOf(signIn({ findWrongClaim }, { tid: "t2" }), "INVALID_ID_TOKEN");
	expect(message).toContain(`the "tid" claim is not what the settings require`);
});

test("the message names a missing setting of the package", async () => {
	const missing = acme({ required: { tenant: undefined } }).startSignIn(loginRequest());
	expect((await failureOf(missing, "INVALID_CONFIG")).message).toContain(`"tenant" is missing`);
});

test("the message names a wrong setting of the package and says what it must be", async () => {
	const wrong = acme({ invalid: { tenant: "must be a GUID" } }).startSignIn(loginRequest());
	expect((await failureOf(wrong, "INVALID_CONFIG")).message).toContain(`"tenant" must be a GUID`);
});

describe("the setting issuer", () => {
	test("an issuer in the config replaces the provider's: its endpoints are discovered, and its users get other ids", async () => {
		const emulator = await createIssuer(CLIENT.clientId, "https://emulator.example");
		const config = { ...CLIENT, issuer: emulator.url, fetch: createNetwork(emulator) };
		const provider = define({ issuerOf: () => issuer.url, isIssuer: () => true })(config);
		const flow = await provider.startSignIn(loginRequest());
		expect(flow.url).toContain("https://emulator.example/authorize?");
		await respondWith(emulator, {}, new URL(flow.url).searchParams.get("nonce") ?? "");
		const session = await provider.handleCallback(callbackRequest(flow));
		expect(session.providerUserId).toBe("ada-36@emulator.example");
		// The definition's issuerOf and isIssuer do not apply to this issuer.
		const other = { nonce: "n", iss: issuer.url };
		const forged = await emulator.sign(emulator.claims(other));
		await failureOf(provider.validateIdToken(forged, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("an issuer in the config that is the provider's own changes nothing", async () => {
		const provider = define()({ ...CLIENT, issuer: issuer.url });
		const signed = await issuer.sign(issuer.claims({ nonce: "n" }));
		expect(await provider.validateIdToken(signed, { nonce: "n" })).toMatchObject({
			providerUserId: "ada-36",
		});
		expect(issuer.requests.map(({ path }) => path)).toEqual(["/jwks"]);
	});

	test("an issuer in the config without https:// is INVALID_CONFIG, and the message says what it must be", async () => {
		const provider = define()({ ...CLIENT, issuer: "id.example.com" });
		const { message } = await failureOf(provider.startSignIn(loginRequest()), "INVALID_CONFIG");
		expect(message).toContain(`"issuer" must be a URL that begins with https://`);
	});
});
