import { createPublicKey, type JsonWebKeyInput } from "node:crypto";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { createIssuer, type Issuer } from "@oauth/test-kit/issuer";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { createKey } from "@oauth/test-kit/signing-key";
import { SignJWT, UnsecuredJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { at, CLIENT, type IdToken, respondWith, signIn, TOKENS } from "./sign-in.ts";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

/** Expects a sign-in with this ID token to fail, with nothing secret in the error, which it returns. */
async function refused(idToken: IdToken) {
	const flow = await at(issuer).startSignIn(loginRequest());
	const nonce = new URL(flow.url).searchParams.get("nonce") ?? "";
	const { id_token: sent } = await respondWith(issuer, idToken, nonce);
	const error = await failureOf(at(issuer).handleCallback(callbackRequest(flow)), "INVALID_ID_TOKEN");
	expect(error).toMatchObject({ provider: "oidc", step: "id_token" });
	const secrets = [CLIENT.clientSecret, TOKENS.access_token, nonce];
	expectNoSecrets(error, typeof sent === "string" && sent ? [...secrets, sent] : secrets);
	return error;
}

function signed(changes: Record<string, unknown> = {}, header?: Record<string, unknown>) {
	return (nonce: string) => issuer.sign(issuer.claims({ nonce, ...changes }), header);
}

describe("an ID token", () => {
	test("a valid ID token signs the user in", async () => {
		const session = await signIn(issuer);
		expect(session.providerUserId).toBe(`ada-36@${issuer.url}`);
		expect(session.profile).toMatchObject({ name: "Ada", email: "ada@example.com", emailVerified: true });
		expect(session.providerUser).toMatchObject({ sub: "ada-36", iss: issuer.url });
		expect(session.tokens.idToken).toBeTypeOf("string");
		expect(session.failedRequests).toEqual([]);
	});

	const now = () => Math.floor(Date.now() / 1000);
	const client = `expected ${CLIENT.clientId}`;
	const later = "expected a time in the future, by this server's clock";
	const earlier = "expected a time in the past, by this server's clock";
	const subject = "expected text of 1 to 255 characters";
	const nonce = "expected the nonce of this sign-in";
	test.each<[string, () => Record<string, unknown>, claim: string, expected: string]>([
		["for another client", () => ({ aud: "client-2" }), "aud", client],
		["without an audience", () => ({ aud: undefined }), "aud", client],
		["of another issuer", () => ({ iss: "https://evil.example" }), "iss", "expected http://127.0.0.1:"],
		[
			"of an issuer with an extra slash",
			() => ({ iss: `${issuer.url}/` }),
			"iss",
			"expected http://127.0.0.1:",
		],
		["without an issuer", () => ({ iss: undefined }), "iss", "expected http://127.0.0.1:"],
		[
			"for several clients without an authorized party",
			() => ({ aud: [CLIENT.clientId, "b"] }),
			"azp",
			client,
		],
		["for another authorized party", () => ({ azp: "client-2" }), "azp", client],
		["with null as the authorized party", () => ({ azp: null }), "azp", client],
		["with another nonce", () => ({ nonce: "of-another-sign-in" }), "nonce", nonce],
		["with an empty nonce", () => ({ nonce: "" }), "nonce", nonce],
		["without a nonce", () => ({ nonce: undefined }), "nonce", nonce],
		["that has expired", () => ({ exp: now() - 60 }), "exp", later],
		["without an expiry", () => ({ exp: undefined }), "exp", later],
		["whose expiry is text", () => ({ exp: "tomorrow" }), "exp", later],
		["issued in the future", () => ({ iat: now() + 600 }), "iat", earlier],
		["without an issue time", () => ({ iat: undefined }), "iat", earlier],
		["whose issue time is text", () => ({ iat: "now" }), "iat", earlier],
		["that is not valid yet", () => ({ nbf: now() + 600 }), "nbf", earlier],
		["without a subject", () => ({ sub: undefined }), "sub", subject],
		["with an empty subject", () => ({ sub: "" }), "sub", subject],
		["whose subject is a number", () => ({ sub: 36 }), "sub", subject],
		["whose subject is null", () => ({ sub: null }), "sub", subject],
		["whose subject has 256 characters", () => ({ sub: "a".repeat(256) }), "sub", subject],
	])(
		"an ID token %s is refused, and the message says what was expected",
		async (_, changes, claim, expected) => {
			const { message } = await refused(changes());
			expect(message).toContain(`"${claim}"`);
			expect(message).toContain(expected);
			expect(message).not.toContain("of-another-sign-in");
		},
	);

	test("an ID token whose subject has 255 characters is accepted", async () => {
		const { providerUserId } = await signIn(issuer, { sub: "a".repeat(255) });
		expect(providerUserId).toBe(`${"a".repeat(255)}@${issuer.url}`);
	});

	test("an ID token for several clients is accepted if this client is the authorized party", async () => {
		const { profile } = await signIn(issuer, { aud: [CLIENT.clientId, "client-2"], azp: CLIENT.clientId });
		expect(profile.name).toBe("Ada");
	});

	test("an ID token is accepted if the issuer's clock differs by 20 seconds", async () => {
		const { profile } = await signIn(issuer, { iat: now() + 20, exp: now() - 20 });
		expect(profile.name).toBe("Ada");
	});

	test.each([
		["that is missing", undefined, "id_token"],
		["that is empty", "", "id_token"],
		["that is not text", 7, "id_token"],
		["that is not a JWT", "a.b.c", "Header is invalid"],
		["that is encrypted", "a.b.c.d.e", "Invalid"],
		["of half a megabyte", "x".repeat(2 ** 19), "Invalid"],
	])("an ID token %s is refused", async (_, idToken, reason) => {
		expect((await refused(() => idToken)).message).toContain(reason);
	});

	test("an ID token whose signature is wrong is refused, and the message says so", async () => {
		const { message } = await refused(async (nonce) => {
			const [header, claims, signature = ""] = (await signed()(nonce)).split(".");
			return [header, claims, signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))].join(".");
		});
		expect(message).toContain("signature verification failed");
	});

	test("an ID token whose claims were changed after it was signed is refused", async () => {
		await refused(async (nonce) => {
			const [header, , signature] = (await signed()(nonce)).split(".");
			const forged = JSON.stringify(issuer.claims({ nonce, sub: "grace" }));
			return [header, Buffer.from(forged).toString("base64url"), signature].join(".");
		});
	});

	test("an ID token signed by another key under a known key id is refused", async () => {
		const { privateKey } = await createKey("first");
		await refused((nonce) =>
			new SignJWT(issuer.claims({ nonce }))
				.setProtectedHeader({ alg: "RS256", kid: "first" })
				.sign(privateKey),
		);
	});

	test("an ID token that carries its own key in the header is refused", async () => {
		const { privateKey, publicJwk } = await createKey("own");
		await refused((nonce) =>
			new SignJWT(issuer.claims({ nonce }))
				.setProtectedHeader({ alg: "RS256", kid: "own", jwk: publicJwk, jku: `${issuer.url}/own` })
				.sign(privateKey),
		);
		expect(issuer.requestsTo("/own")).toEqual([]);
	});

	test.each(["none", "None", "NONE"])("an ID token with the algorithm %s is refused", async (alg) => {
		await refused((nonce) => {
			const [, claims] = new UnsecuredJWT(issuer.claims({ nonce })).encode().split(".");
			return `${Buffer.from(JSON.stringify({ alg })).toString("base64url")}.${claims}.`;
		});
	});

	test.each(["HS256", "HS384", "HS512"])(
		"an ID token signed with %s and the public key as the secret is refused, and the message names the accepted algorithms",
		async (alg) => {
			const jwk = issuer.keys[0]?.publicJwk;
			const pem = createPublicKey({ key: jwk, format: "jwk" } as JsonWebKeyInput).export({
				type: "spki",
				format: "pem",
			});
			for (const secret of [String(pem), JSON.stringify(jwk), CLIENT.clientSecret]) {
				const { message } = await refused((nonce) =>
					new SignJWT(issuer.claims({ nonce }))
						.setProtectedHeader({ alg, kid: "first" })
						.sign(new TextEncoder().encode(secret)),
				);
				expect(message).toContain("expected RS256 or RS384");
			}
		},
	);

	test.each(["RS256", "PS256", "ES256", "ES384", "EdDSA"])(
		"an ID token signed with %s is accepted",
		async (alg) => {
			issuer.keys = [await createKey("only", alg)];
			expect((await signIn(issuer)).profile.name).toBe("Ada");
		},
	);
});

describe("validateIdToken", () => {
	const validate = async (
		changes: Record<string, unknown>,
		checks: { nonce: string; audience?: string | string[] } = { nonce: "n" },
	) => at(issuer).validateIdToken(await issuer.sign(issuer.claims({ nonce: "n", ...changes })), checks);

	test("validateIdToken returns the session for an ID token from a native app", async () => {
		const idToken = await issuer.sign(issuer.claims({ nonce: "nonce-of-the-app" }));
		const session = await at(issuer).validateIdToken(idToken, { nonce: "nonce-of-the-app" });
		expect(session).toMatchObject({
			providerUserId: `ada-36@${issuer.url}`,
			tokens: { idToken },
			failedRequests: [],
		});
	});

	test("validateIdToken accepts the client ids in the audience, and no others", async () => {
		const checks = { nonce: "n", audience: ["client-web", "client-android"] };
		expect(await validate({ aud: "client-web", azp: "client-android" }, checks)).toMatchObject({
			profile: { name: "Ada" },
		});
		const azp = await failureOf(
			validate({ aud: "client-web", azp: "client-ios" }, checks),
			"INVALID_ID_TOKEN",
		);
		expect(azp.message).toContain(`"azp" claim value, expected client-web or client-android`);
		const aud = await failureOf(validate({ aud: "client-ios" }, checks), "INVALID_ID_TOKEN");
		expect(aud.message).toContain(`"aud" claim value, expected client-web or client-android`);
		await failureOf(validate({}, checks), "INVALID_ID_TOKEN");
	});

	test.each([[""], [[]], [[""]], [null]])(
		"validateIdToken with the audience %j refuses an ID token for another client",
		async (audience) => {
			const checks = { nonce: "n", audience: audience as string };
			await failureOf(validate({ aud: "client-2" }, checks), "INVALID_ID_TOKEN");
		},
	);

	test("validateIdToken ignores issuers and algorithms in the checks", async () => {
		const rules = { nonce: "n", issuers: ["https://evil.example"], algorithms: ["HS256"] };
		await failureOf(validate({ iss: "https://evil.example" }, rules), "INVALID_ID_TOKEN");
	});

	test("validateIdToken requires a nonce", async () => {
		const idToken = await issuer.sign(issuer.claims());
		for (const checks of [undefined, {}, { nonce: "" }, { nonce: undefined }]) {
			const missing = at(issuer).validateIdToken(idToken, checks as never);
			expect((await failureOf(missing, "INVALID_CONFIG")).message).toContain(`"nonce" is missing`);
		}
		await failureOf(at(issuer).validateIdToken(idToken, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("validateIdToken refuses a value that is not a JWT with INVALID_ID_TOKEN", async () => {
		for (const nonsense of ["", "x", null, 7, {}, ["a.b.c"]])
			await failureOf(at(issuer).validateIdToken(nonsense as string, { nonce: "n" }), "INVALID_ID_TOKEN");
	});
});

describe("validateCallback", () => {
	test("validateCallback refuses an ID token whose nonce is not the one that the app kept", async () => {
		await respondWith(issuer, {}, "kept-by-the-app");
		expect(await at(issuer).validateCallback("code", { nonce: "kept-by-the-app" })).toMatchObject({
			profile: { name: "Ada" },
		});
		for (const checks of [{ nonce: "kept-by-another-app" }, undefined]) {
			const error = await failureOf(at(issuer).validateCallback("code", checks), "INVALID_ID_TOKEN");
			expectNoSecrets(error, ["kept-by"]);
			expect(error.message).toContain(`"nonce"`);
		}
		await respondWith(issuer, {});
		expect(await at(issuer).validateCallback("code")).toMatchObject({ profile: { name: "Ada" } });
		await failureOf(at(issuer).validateCallback("code", { nonce: "kept-by-the-app" }), "INVALID_ID_TOKEN");
	});
});
