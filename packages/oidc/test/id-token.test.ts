import { createPublicKey, type JsonWebKeyInput } from "node:crypto";
import type { ServerResponse } from "node:http";
import { oidc } from "@oauth/oidc";
import { SignJWT, UnsecuredJWT } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { createIssuer, createKey, type Issuer } from "../../repo/src/issuer.ts";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { sendJson } from "../../repo/src/serve.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "s3cr3t",
	redirectUri: "http://localhost:3000/callback",
};

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});
afterEach(() => {
	vi.useRealTimers();
});

function provider() {
	return oidc({ ...CLIENT, issuer: issuer.url });
}

/** A whole sign-in at whose end the token endpoint answers with this ID token. */
async function signIn(makeIdToken: (nonce: string) => Promise<unknown> | unknown) {
	const flow = await provider().startSignIn();
	const idToken = await makeIdToken(new URL(flow.url).searchParams.get("nonce") ?? "");
	issuer.on("/token", { access_token: "access-token", token_type: "Bearer", id_token: idToken });
	return { idToken, outcome: provider().handleCallback(callbackRequest(flow)) };
}

async function refused(makeIdToken: (nonce: string) => Promise<unknown> | unknown) {
	const { idToken, outcome } = await signIn(makeIdToken);
	const error = await failureOf(outcome, "INVALID_ID_TOKEN");
	expect(error).toMatchObject({ provider: "oidc", step: "id_token" });
	expect((error.cause as Error).message).not.toBe("");
	expectNoSecrets(error, [
		CLIENT.clientSecret,
		"access-token",
		...(typeof idToken === "string" && idToken ? [idToken] : []),
	]);
	return error;
}

function signed(changes: Record<string, unknown> = {}, header?: Record<string, unknown>) {
	return (nonce: string) => issuer.sign(issuer.claims({ nonce, ...changes }), header);
}

function asked(path: string): number {
	return issuer.requests.filter((request) => request.path === path).length;
}

describe("an ID token", () => {
	test("that is right signs in", async () => {
		const session = await (await signIn(signed())).outcome;
		expect(session.providerUserId).toBe(`ada-36@${issuer.url}`);
		expect(session.profile).toMatchObject({ name: "Ada", email: "ada@example.com", emailVerified: true });
		expect(session.providerUser).toMatchObject({ sub: "ada-36", iss: issuer.url });
		expect(session.tokens.idToken).toBeTypeOf("string");
	});

	const now = () => Math.floor(Date.now() / 1000);
	test.each<[string, () => Record<string, unknown>]>([
		["for another client", () => ({ aud: "client-2" })],
		["for nobody", () => ({ aud: undefined })],
		["of another issuer", () => ({ iss: "https://evil.example" })],
		["of an issuer with a slash more", () => ({ iss: `${issuer.url}/` })],
		["of no issuer", () => ({ iss: undefined })],
		["for several clients, without an authorized party", () => ({ aud: [CLIENT.clientId, "client-2"] })],
		["for another authorized party", () => ({ azp: "client-2" })],
		["with an authorized party that is no text", () => ({ azp: null })],
		["with another nonce", () => ({ nonce: "another" })],
		["without a nonce", () => ({ nonce: undefined })],
		["that has expired", () => ({ exp: now() - 60 })],
		["that never expires", () => ({ exp: undefined })],
		["whose expiry is text", () => ({ exp: "tomorrow" })],
		["from the future", () => ({ iat: now() + 600 })],
		["from no time", () => ({ iat: undefined })],
		["whose time is text", () => ({ iat: "now" })],
		["that is not valid yet", () => ({ nbf: now() + 600 })],
		["without a subject", () => ({ sub: undefined })],
		["with an empty subject", () => ({ sub: "" })],
		["whose subject is a number", () => ({ sub: 36 })],
		["whose subject is null", () => ({ sub: null })],
	])("%s is refused", async (_, changes) => {
		await refused(signed(changes()));
	});

	test("for several clients signs in where this one is the authorized party", async () => {
		const { outcome } = await signIn(signed({ aud: [CLIENT.clientId, "client-2"], azp: CLIENT.clientId }));
		expect((await outcome).profile.name).toBe("Ada");
	});

	test("of a clock that differs by seconds signs in", async () => {
		const { outcome } = await signIn(signed({ iat: now() + 20, exp: now() - 20 }));
		expect((await outcome).profile.name).toBe("Ada");
	});

	test.each([
		["that is missing", undefined],
		["that is empty", ""],
		["that is no text", 7],
		["that is no token", "a.b.c"],
		["that is encrypted", "a.b.c.d.e"],
		["of a megabyte", "x".repeat(2 ** 19)],
	])("%s is refused", async (_, idToken) => {
		await refused(() => idToken);
	});

	test("whose signature is wrong is refused", async () => {
		const error = await refused(async (nonce) => {
			const [header, claims, signature = ""] = (await signed()(nonce)).split(".");
			return [header, claims, signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join(".");
		});
		expect(error.cause).toMatchObject({ message: "signature verification failed" });
	});

	test("whose claims were changed after it was signed is refused", async () => {
		await refused(async (nonce) => {
			const [header, , signature] = (await signed()(nonce)).split(".");
			const forged = Buffer.from(JSON.stringify(issuer.claims({ nonce, sub: "grace" }))).toString(
				"base64url",
			);
			return [header, forged, signature].join(".");
		});
	});

	test("of somebody else's key under a known id is refused", async () => {
		const { privateKey } = await createKey("first");
		await refused((nonce) =>
			new SignJWT(issuer.claims({ nonce }))
				.setProtectedHeader({ alg: "RS256", kid: "first" })
				.sign(privateKey),
		);
	});

	test("with a key of its own in its header is refused", async () => {
		const { privateKey, publicJwk } = await createKey("own");
		await refused((nonce) =>
			new SignJWT(issuer.claims({ nonce }))
				.setProtectedHeader({ alg: "RS256", kid: "own", jwk: publicJwk, jku: `${issuer.url}/own` })
				.sign(privateKey),
		);
		expect(asked("/own")).toBe(0);
	});

	test.each(["none", "None", "NONE"])("with the algorithm %s is refused", async (alg) => {
		await refused((nonce) => {
			const [, claims] = new UnsecuredJWT(issuer.claims({ nonce })).encode().split(".");
			return `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.${claims}.`;
		});
	});

	test.each(["HS256", "HS384", "HS512"])(
		"with %s and the public key for a secret is refused",
		async (alg) => {
			const jwk = issuer.keys[0]?.publicJwk;
			const pem = createPublicKey({ key: jwk, format: "jwk" } as JsonWebKeyInput).export({
				type: "spki",
				format: "pem",
			});
			for (const secret of [String(pem), JSON.stringify(jwk), CLIENT.clientSecret])
				await refused((nonce) =>
					new SignJWT(issuer.claims({ nonce }))
						.setProtectedHeader({ alg, kid: "first" })
						.sign(new TextEncoder().encode(secret)),
				);
		},
	);

	test.each(["RS256", "PS256", "ES256", "ES384", "EdDSA"])("with %s signs in", async (alg) => {
		issuer.keys = [await createKey("only", alg)];
		expect((await (await signIn(signed())).outcome).profile.name).toBe("Ada");
	});
});

describe("the issuer's keys", () => {
	test("are fetched once for many sign-ins", async () => {
		for (let count = 0; count < 3; count++) await (await signIn(signed())).outcome;
		expect([asked("/jwks"), asked("/.well-known/openid-configuration")]).toEqual([1, 1]);
	});

	test("are fetched while the person is at the issuer", async () => {
		await provider().startSignIn();
		await expect.poll(() => asked("/jwks")).toBe(1);
	});

	test("that are rotated are fetched once more, and the new one is accepted", async () => {
		await (await signIn(signed())).outcome;
		issuer.keys.push(await createKey("second"));
		expect((await (await signIn(signed())).outcome).profile.name).toBe("Ada");
		expect(asked("/jwks")).toBe(2);
	});

	test("that are rotated are fetched once for sign-ins that end at the same time", async () => {
		await (await signIn(signed())).outcome;
		issuer.keys = [await createKey("second")];
		const token = await issuer.sign(issuer.claims({ nonce: "n" }));
		await Promise.all([1, 2, 3, 4].map(() => provider().validateIdToken(token, { nonce: "n" })));
		expect(asked("/jwks")).toBe(2);
	});

	test("are fetched for an unknown key once per cool-down", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		await (await signIn(signed())).outcome;
		for (let count = 0; count < 5; count++) await refused(signed({}, { kid: `unknown-${count}` }));
		expect(asked("/jwks")).toBe(2);
		vi.setSystemTime(Date.now() + 31_000);
		await refused(signed({}, { kid: "unknown" }));
		expect(asked("/jwks")).toBe(3);
	});

	test("are fetched anew after ten minutes, and the discovery after an hour", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		await (await signIn(signed())).outcome;
		vi.setSystemTime(Date.now() + 599_000);
		await (await signIn(signed())).outcome;
		expect(asked("/jwks")).toBe(1);
		vi.setSystemTime(Date.now() + 2_000);
		await (await signIn(signed())).outcome;
		expect(asked("/jwks")).toBe(2);
		expect(asked("/.well-known/openid-configuration")).toBe(1);
		vi.setSystemTime(Date.now() + 3_600_000);
		await (await signIn(signed())).outcome;
		expect(asked("/.well-known/openid-configuration")).toBe(2);
	});

	test.each([
		["500", (_: unknown, response: ServerResponse) => sendJson(response, 500, {})],
		["HTML", (_: unknown, response: ServerResponse) => response.end("<h1>")],
		["no keys", { keys: "none" }],
	])("that can't be had (%s) end in FAILED_REQUEST, and are asked for again", async (_, answer) => {
		issuer.on("/jwks", answer);
		const { outcome } = await signIn(signed());
		expect(await failureOf(outcome, "FAILED_REQUEST")).toMatchObject({ step: "keys" });
		issuer.on("/jwks", { keys: issuer.keys.map(({ publicJwk }) => publicJwk) });
		expect((await (await signIn(signed())).outcome).profile.name).toBe("Ada");
	});

	test("of one tenant's network are not another's", async () => {
		const asTenant = (tenant: Issuer) =>
			oidc({
				...CLIENT,
				issuer: issuer.url,
				fetch: (url, init) => fetch(String(url).replace(issuer.url, tenant.url), init),
			});
		const other = await createIssuer(CLIENT.clientId);
		other.on("/.well-known/openid-configuration", {
			issuer: issuer.url,
			authorization_endpoint: `${issuer.url}/authorize`,
			token_endpoint: `${issuer.url}/token`,
			jwks_uri: `${issuer.url}/jwks`,
		});
		const forged = await other.sign(issuer.claims({ nonce: "n" }));
		expect(await asTenant(other).validateIdToken(forged, { nonce: "n" })).toMatchObject({
			profile: { name: "Ada" },
		});
		await failureOf(asTenant(issuer).validateIdToken(forged, { nonce: "n" }), "INVALID_ID_TOKEN");
		await failureOf(provider().validateIdToken(forged, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("that are odd refuse the token", async () => {
		issuer.on("/jwks", { keys: [{}] });
		await refused(signed());
		issuer.on("/jwks", { keys: [{ kty: "RSA", kid: "first", n: "AQAB", e: "AQAB" }] });
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 601_000);
		await refused(signed());
	});
});

describe("userinfo", () => {
	test("is not asked where the ID token says who it is", async () => {
		await (await signIn(signed())).outcome;
		expect(asked("/userinfo")).toBe(0);
	});

	test("is asked where it doesn't, and joined to it", async () => {
		issuer.on("/userinfo", { sub: "ada-36", name: "Ada Lovelace", email: "new@example.com" });
		const { profile, providerUser } = await (await signIn(signed({ name: undefined }))).outcome;
		expect(profile).toMatchObject({ name: "Ada Lovelace", email: "new@example.com" });
		// The ID token's `email_verified` was about another address.
		expect(profile).not.toHaveProperty("emailVerified");
		expect(providerUser).toMatchObject({ iss: issuer.url, name: "Ada Lovelace" });
		expect(issuer.requests.at(-1)?.headers.authorization).toBe("Bearer access-token");
	});

	test("that vouches for an address which it doesn't say vouches for none", async () => {
		issuer.on("/userinfo", { sub: "ada-36", email_verified: true });
		const { profile } = await (await signIn(signed({ name: undefined, email_verified: false }))).outcome;
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});

	test("without an address leaves the ID token's, and what is said of it", async () => {
		issuer.on("/userinfo", { sub: "ada-36", name: "Ada Lovelace" });
		const { profile } = await (await signIn(signed({ name: undefined }))).outcome;
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: true });
	});

	test.each([
		["another person", { sub: "grace", name: "Grace" }],
		["nobody", { name: "Ada" }],
		["a list", []],
	])("about %s is INVALID_PROFILE", async (_, answer) => {
		issuer.on("/userinfo", answer);
		const { outcome } = await signIn(signed({ name: undefined }));
		expect(await failureOf(outcome, "INVALID_PROFILE")).toMatchObject({ step: "user" });
	});
});

describe("validateIdToken", () => {
	test("gives the session for a token from elsewhere", async () => {
		const idToken = await issuer.sign(issuer.claims({ nonce: "nonce-of-the-app" }));
		const session = await provider().validateIdToken(idToken, { nonce: "nonce-of-the-app" });
		expect(session).toMatchObject({ providerUserId: `ada-36@${issuer.url}`, tokens: { idToken } });
	});

	test("takes the other client ids of the same app, and no more", async () => {
		const audience = ["client-web", "client-android"];
		const idToken = (changes: object) => issuer.sign(issuer.claims({ nonce: "n", ...changes }));
		const validate = async (changes: object) =>
			provider().validateIdToken(await idToken(changes), { nonce: "n", audience });
		expect(await validate({ aud: "client-web", azp: "client-android" })).toMatchObject({
			profile: { name: "Ada" },
		});
		await failureOf(validate({ aud: "client-web", azp: "client-ios" }), "INVALID_ID_TOKEN");
		await failureOf(validate({ aud: "client-ios" }), "INVALID_ID_TOKEN");
		await failureOf(validate({}), "INVALID_ID_TOKEN");
	});

	test.each(["", [], [""], null])("with the audience %j takes nobody else's token", async (audience) => {
		const idToken = await issuer.sign(issuer.claims({ nonce: "n", aud: "client-2" }));
		const checks = { nonce: "n", audience: audience as string };
		await failureOf(provider().validateIdToken(idToken, checks), "INVALID_ID_TOKEN");
	});

	test("takes no other rules than these", async () => {
		const rules = { nonce: "n", issuers: ["https://evil.example"], algorithms: ["HS256"] };
		const evil = await issuer.sign(issuer.claims({ nonce: "n", iss: "https://evil.example" }));
		await failureOf(provider().validateIdToken(evil, rules), "INVALID_ID_TOKEN");
	});

	test("demands a nonce", async () => {
		const idToken = await issuer.sign(issuer.claims());
		for (const checks of [undefined, {}, { nonce: "" }, { nonce: undefined }])
			expect(
				await failureOf(provider().validateIdToken(idToken, checks as never), "INVALID_CONFIG"),
			).toMatchObject({
				message: expect.stringContaining("nonce"),
			});
		await failureOf(provider().validateIdToken(idToken, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("of nonsense is INVALID_ID_TOKEN", async () => {
		for (const nonsense of ["", "x", null, 7, {}, ["a.b.c"]])
			await failureOf(provider().validateIdToken(nonsense as string, { nonce: "n" }), "INVALID_ID_TOKEN");
	});
});

describe("validateCallback", () => {
	test("holds the nonce that the app kept against the token", async () => {
		const answer = async (nonce?: string) =>
			issuer.on("/token", { access_token: "a", id_token: await issuer.sign(issuer.claims({ nonce })) });
		await answer("kept");
		expect(await provider().validateCallback("code", { nonce: "kept" })).toMatchObject({
			profile: { name: "Ada" },
		});
		await failureOf(provider().validateCallback("code", { nonce: "other" }), "INVALID_ID_TOKEN");
		await failureOf(provider().validateCallback("code"), "INVALID_ID_TOKEN");
		await answer();
		expect(await provider().validateCallback("code")).toMatchObject({ profile: { name: "Ada" } });
		await failureOf(provider().validateCallback("code", { nonce: "kept" }), "INVALID_ID_TOKEN");
	});
});
