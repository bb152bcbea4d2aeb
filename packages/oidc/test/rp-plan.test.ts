import type { OAuthErrorCode } from "@oauth/core";
import { failureOf } from "@oauth/test-kit/errors";
import type { Issuer } from "@oauth/test-kit/issuer";
import { createKey } from "@oauth/test-kit/signing-key";
import { base64url, type JWTPayload, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, test } from "vitest";
import { type Behaviour, createPair } from "./openid-provider.ts";
import { CLIENT } from "./sign-in.ts";

// The modules of the OpenID Foundation's conformance suite for relying parties that this package passes. The provider
// behaves as the purpose of each module says. https://gitlab.com/openid/conformance-suite

/** The expected error code and what its message must name, or "signs in". */
type Outcome = "signs in" | [OAuthErrorCode, reason: string];

type Module = [name: string, Outcome, Behaviour];

const invalid = (reason: string): Outcome => ["INVALID_ID_TOKEN", reason];
const seconds = () => Math.floor(Date.now() / 1000);

const unsigned = (claims: JWTPayload) => new UnsecuredJWT(claims).encode();

async function spoilt(claims: JWTPayload, issuer: Issuer): Promise<string> {
	const [header, payload, signature = ""] = (await issuer.sign(claims)).split(".");
	return [header, payload, signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join(".");
}

const bySecret = (secret: string) => (claims: JWTPayload) =>
	new SignJWT(claims).setProtectedHeader({ alg: "HS256" }).sign(new TextEncoder().encode(secret));

/** Gives the issuer these keys; it signs with the last one. */
const withKeys =
	(...keys: [kid: string, alg?: string][]) =>
	async (issuer: Issuer) => {
		issuer.keys = await Promise.all(keys.map(([kid, alg]) => createKey(kid, alg)));
	};

/** Changes the issuer's published key, and puts other keys before it. */
const publishing =
	(change: Record<string, unknown>, ...others: object[]) =>
	(issuer: Issuer) =>
		issuer.on("/jwks", { keys: [...others, { ...issuer.keys[0]?.publicJwk, ...change }] });

const BASIC: Module[] = [
	["oidcc-client-test", "signs in", {}],
	["oidcc-client-test-invalid-iss", invalid(`"iss"`), { claims: { iss: "https://evil.example" } }],
	["oidcc-client-test-missing-sub", invalid(`"sub"`), { claims: { sub: undefined } }],
	["oidcc-client-test-invalid-aud", invalid(`"aud"`), { claims: { aud: "client-2" } }],
	["oidcc-client-test-missing-iat", invalid(`"iat"`), { claims: { iat: undefined } }],
	[
		"oidcc-client-test-kid-absent-single-jwks",
		"signs in",
		{ header: { kid: undefined }, prepare: publishing({ kid: undefined }) },
	],
	[
		"oidcc-client-test-kid-absent-multiple-jwks",
		"signs in",
		{ header: { kid: undefined }, prepare: withKeys(["a"], ["b"], ["c"]) },
	],
	["oidcc-client-test-idtoken-sig-rs256", "signs in", { header: { alg: "RS256" } }],
	["oidcc-client-test-idtoken-sig-none", invalid(`"alg"`), { idToken: unsigned }],
	["oidcc-client-test-invalid-sig-rs256", invalid("signature verification failed"), { idToken: spoilt }],
	["oidcc-client-test-userinfo-invalid-sub", ["INVALID_PROFILE", `"sub"`], { userinfo: { sub: "grace" } }],
	["oidcc-client-test-nonce-invalid", invalid(`"nonce"`), { claims: { nonce: "another" } }],
	["oidcc-client-test-scope-userinfo-claims", "signs in", { claims: { email_verified: undefined } }],
	[
		"oidcc-client-test-client-secret-basic",
		"signs in",
		{
			prepare: ({ metadata }) => {
				metadata.token_endpoint_auth_methods_supported = ["client_secret_basic"];
			},
		},
	],
];

const CONFIG: Module[] = [
	[
		"oidcc-client-test-discovery-openid-config",
		"signs in",
		{
			prepare: ({ metadata, url }) => {
				metadata.userinfo_endpoint = `${url}/userinfo?of=discovery`;
			},
		},
	],
	[
		"oidcc-client-test-discovery-jwks-uri-keys",
		"signs in",
		{
			prepare: ({ metadata, url, keys, on }) => {
				metadata.jwks_uri = `${url}/elsewhere`;
				on("/elsewhere", { keys: keys.map(({ publicJwk }) => publicJwk) });
			},
		},
	],
	[
		"oidcc-client-test-discovery-issuer-mismatch",
		["ISSUER_MISMATCH", "https://evil.example"],
		{
			prepare: ({ metadata }) => {
				metadata.issuer = "https://evil.example";
			},
		},
	],
	["oidcc-client-test-idtoken-sig-none", invalid(`"alg"`), { idToken: unsigned }],
	[
		"oidcc-client-test-signing-key-rotation-just-before-signing",
		"signs in",
		{
			meanwhile: async (issuer) => {
				await expect.poll(() => issuer.requestsTo("/jwks").length).toBe(1);
				await withKeys(["rotated"])(issuer);
			},
		},
	],
];

/** From the comprehensive plan and the FAPI plans, where they apply to plain OpenID Connect. */
const MORE: Module[] = [
	["a missing aud", invalid(`"aud"`), { claims: { aud: undefined } }],
	["a missing iss", invalid(`"iss"`), { claims: { iss: undefined } }],
	["a missing exp", invalid(`"exp"`), { claims: { exp: undefined } }],
	["an exp in the past", invalid(`"exp"`), { claims: { exp: seconds() - 600 } }],
	["an exp that is text", invalid(`"exp"`), { claims: { exp: "1900000000" } }],
	["an nbf in the future", invalid(`"nbf"`), { claims: { nbf: seconds() + 600 } }],
	["a missing nonce", invalid(`"nonce"`), { claims: { nonce: undefined } }],
	["an azp of another client", invalid(`"azp"`), { claims: { azp: "client-2" } }],
	["two audiences without an azp", invalid(`"azp"`), { claims: { aud: [CLIENT.clientId, "client-2"] } }],
	[
		"two audiences and the client as azp",
		"signs in",
		{ claims: { aud: [CLIENT.clientId, "client-2"], azp: CLIENT.clientId } },
	],
	["an aud that is a list", "signs in", { claims: { aud: [CLIENT.clientId] } }],
	["an iat of a week ago", "signs in", { claims: { iat: seconds() - 604_800 } }],
	["a wrong at_hash, which is optional with a code", "signs in", { claims: { at_hash: "wrong" } }],
	["no ID token", invalid("id_token"), { idToken: () => undefined }],
	[
		"the algorithm null",
		invalid("alg"),
		{
			idToken: (claims) => `${base64url.encode(`{"alg":null}`)}.${base64url.encode(JSON.stringify(claims))}.`,
		},
	],
	[
		"an unknown critical header",
		invalid(`"b65" is not recognized`),
		{
			idToken: (claims, { keys }) =>
				new SignJWT(claims)
					.setProtectedHeader({ alg: "RS256", kid: "first", crit: ["b65"], b65: true })
					.sign(keys[0]?.privateKey as CryptoKey, { crit: { b65: true } }),
		},
	],
	["a wrong ES256 signature", invalid("signature"), { prepare: withKeys(["a", "ES256"]), idToken: spoilt }],
	[
		"an HS256 signature by the client secret",
		invalid("expected RS256"),
		{ idToken: bySecret(CLIENT.clientSecret) },
	],
	[
		"a wrong HS256 signature",
		invalid("expected RS256"),
		{ idToken: bySecret("a secret of thirty-two bytes or more") },
	],
	["an ES256 signature", "signs in", { prepare: withKeys(["a", "ES256"]) }],
	[
		"a key in the header",
		invalid("signature verification failed"),
		{
			idToken: async (claims) => {
				const { privateKey, publicJwk } = await createKey("first");
				return new SignJWT(claims)
					.setProtectedHeader({ alg: "RS256", kid: "first", jwk: publicJwk })
					.sign(privateKey);
			},
		},
	],
	["a key for encryption", invalid("no applicable key"), { prepare: publishing({ use: "enc" }) }],
	["a key without alg and use", "signs in", { prepare: publishing({ alg: undefined, use: undefined }) }],
	[
		"a key of an unknown type beside the right one",
		"signs in",
		{ prepare: publishing({}, { kty: "XX", kid: "x" }) },
	],
	[
		"a key for another algorithm under the same id",
		"signs in",
		{ prepare: async (issuer) => publishing({}, (await createKey("first", "ES256")).publicJwk)(issuer) },
	],
	[
		"aggregated claims, which are ignored",
		"signs in",
		{
			userinfo: {
				sub: "ada-36",
				name: "Ada",
				_claim_names: { address: "a" },
				_claim_sources: { a: { JWT: "x" } },
			},
		},
	],
	[
		"distributed claims, which are ignored",
		"signs in",
		{
			userinfo: {
				sub: "ada-36",
				name: "Ada",
				_claim_names: { address: "a" },
				_claim_sources: { a: { endpoint: "https://claims.example" } },
			},
		},
	],
	[
		"another iss in the callback",
		["ISSUER_MISMATCH", `"iss"`],
		{ callback: { iss: "https://evil.example" } },
	],
	[
		"no iss in the callback despite the announcement",
		["ISSUER_MISMATCH", `"iss" is missing`],
		{
			prepare: ({ metadata }) => {
				metadata.authorization_response_iss_parameter_supported = true;
			},
		},
	],
	["another state in the callback", ["FLOW_MISSING", "cookie"], { callback: { state: "x".repeat(43) } }],
	["no state in the callback", ["INVALID_CALLBACK", "state"], { callback: { state: undefined } }],
	["token_type in capitals, and no expires_in", "signs in", { token: { token_type: "bEARER" } }],
	["no token_type", "signs in", { token: { token_type: undefined } }],
];

async function expectOutcome(
	outcome: Outcome,
	behaviour: Behaviour,
	config?: Parameters<typeof createPair>[1],
): Promise<Issuer> {
	const { issuer, signIn } = await createPair(behaviour, config);
	if (outcome === "signs in") {
		const { providerUser, profile, failedRequests } = await signIn();
		expect([providerUser.sub, profile.name, failedRequests]).toEqual(["ada-36", "Ada", []]);
	} else expect((await failureOf(signIn(), outcome[0])).message).toContain(outcome[1]);
	return issuer;
}

const titled = (modules: Module[]) =>
	modules.map(
		([name, outcome, behaviour]) =>
			[
				`${name}: the sign-in ${outcome === "signs in" ? "succeeds" : `ends in ${outcome[0]}`}`,
				outcome,
				behaviour,
			] as const,
	);

describe.each([
	["Basic RP", undefined],
	["Form Post Basic RP", "form_post"],
] as const)("the plan %s", (_plan, responseMode) => {
	test.each(titled(BASIC))("%s", async (_, outcome, behaviour) => {
		const issuer = await expectOutcome(outcome, behaviour, { responseMode });
		const [request] = issuer.requestsTo("/authorize");
		expect(request?.query.get("response_mode")).toBe(responseMode ?? null);
		expect(request?.query.get("scope")).toBe("openid profile email");
	});
});

describe("the plan Config RP", () => {
	test.each(titled(CONFIG))("%s", async (_, outcome, behaviour) => {
		const issuer = await expectOutcome(outcome, behaviour);
		expect(issuer.requestsTo("/.well-known/openid-configuration").length).toBe(1);
	});

	test("oidcc-client-test-signing-key-rotation: the sign-in succeeds before and after the rotation", async () => {
		const { issuer, signIn } = await createPair({});
		expect((await signIn()).profile.name).toBe("Ada");
		issuer.keys = [await createKey("rotated")];
		expect((await signIn()).profile.name).toBe("Ada");
		expect(issuer.requestsTo("/jwks").length).toBe(2);
	});
});

describe("the plan for refresh tokens", () => {
	const refresh = async (behaviour: Behaviour) => {
		const { app, signIn } = await createPair(behaviour);
		const { tokens, providerUser } = await signIn();
		return app.refreshTokens(`${tokens.refreshToken}`, { sub: providerUser.sub });
	};

	test("oidcc-client-test-refresh-token: the refresh returns a new ID token", async () => {
		expect((await refresh({})).idToken).toMatch(/^ey/);
	});

	test("oidcc-client-test-refresh-token-invalid-issuer: the refresh ends in INVALID_ID_TOKEN", async () => {
		const refused = refresh({ refreshed: { iss: "https://evil.example" } });
		expect((await failureOf(refused, "INVALID_ID_TOKEN")).message).toContain(`"iss"`);
	});

	test("oidcc-client-test-refresh-token-invalid-sub: the refresh ends in INVALID_ID_TOKEN", async () => {
		const refused = refresh({ refreshed: { sub: "mallory" } });
		expect((await failureOf(refused, "INVALID_ID_TOKEN")).message).toContain(`"sub"`);
	});
});

describe("the comprehensive plan", () => {
	test.each(titled(MORE))("%s", async (_, outcome, behaviour) => {
		await expectOutcome(outcome, behaviour);
	});
});
