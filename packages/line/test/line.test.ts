import { readFileSync } from "node:fs";
import { SignJWT, UnsecuredJWT } from "jose";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { createKey } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type LINEConfig, line } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const { token, idToken } = recording;
const SUB = "U4af4980629f1c2d3e4f5a6b7c8d9e0f1";

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<LINEConfig> = {}) => line({ ...CLIENT, fetch: fake.fetch, ...config });

/** A whole sign-in, with the ID token of the recording or with one that is made for its claims. */
async function signIn(makeIdToken?: (claims: Record<string, unknown>) => string | Promise<string>) {
	const { url, cookie } = await provider().startSignIn();
	const request = fake.answer(url);
	request.headers.set("cookie", cookiePair(cookie));
	if (makeIdToken) {
		const iat = Math.floor(Date.now() / 1000);
		const nonce = new URL(url).searchParams.get("nonce");
		const claims = { ...idToken?.claims, aud: CLIENT.clientId, iat, exp: iat + 3600, nonce };
		fake.substitutes.set(token.url, { answer: { ...token.answer, id_token: await makeIdToken(claims) } });
	}
	return provider().handleCallback(request);
}

const signWithSecret = (claims: Record<string, unknown>, secret: string, alg = "HS256") =>
	new SignJWT(claims).setProtectedHeader({ typ: "JWT", alg }).sign(new TextEncoder().encode(secret));

describe("an ID token", () => {
	test("by the channel secret is taken, as LINE signs it: without a key id", async () => {
		const session = await signIn((claims) => signWithSecret(claims, CLIENT.clientSecret));
		expect(session).toMatchObject({ providerUserId: SUB, providerUser: { amr: ["linesso"] } });
	});

	test("by anything else is refused", async () => {
		const { privateKey } = await createKey("line", "ES256");
		const makers: ((claims: Record<string, unknown>) => string | Promise<string>)[] = [
			(claims) => signWithSecret(claims, "another-secret-of-32-characters!"),
			(claims) => signWithSecret(claims, CLIENT.clientId),
			(claims) => signWithSecret(claims, CLIENT.clientSecret, "HS512"),
			(claims) => new UnsecuredJWT(claims).encode(),
			(claims) => new SignJWT(claims).setProtectedHeader({ alg: "ES256", kid: "line" }).sign(privateKey),
		];
		for (const make of makers) await failureOf(signIn(make), "INVALID_ID_TOKEN");
	});

	test("of another issuer, for another channel or another sign-in is refused", async () => {
		for (const change of [{ iss: "https://evil.example" }, { aud: "1234567890" }, { nonce: "another" }])
			await failureOf(
				signIn((claims) => signWithSecret({ ...claims, ...change }, CLIENT.clientSecret)),
				"INVALID_ID_TOKEN",
			);
	});

	test("from elsewhere gives the same person", async () => {
		const iat = Math.floor(Date.now() / 1000);
		const claims = { ...idToken?.claims, aud: CLIENT.clientId, iat, exp: iat + 3600, nonce: "of-the-page" };
		const signed = await signWithSecret(claims, CLIENT.clientSecret);
		expect(await provider().validateIdToken(signed, { nonce: "of-the-page" })).toMatchObject({
			providerUserId: SUB,
		});
	});
});

describe("the user", () => {
	test("may be no more than an id: nothing else is asked for", async () => {
		const { iss, sub } = idToken?.claims ?? {};
		fake.idTokenClaims = { iss, sub };
		expect((await signIn()).profile).toEqual({ id: SUB });
		expect(fake.requests.map(({ url }) => url)).not.toContain("https://api.line.me/oauth2/v2.1/userinfo");
	});

	test("is not vouched for: an address is neither verified nor unverified", async () => {
		const { profile } = await signIn();
		expect(profile.email).toBe("ada@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});
});

test("a token is revoked under LINE's own name of it", async () => {
	await provider().revokeToken("access-token-of-ada");
	const [request] = fake.requests;
	expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
		client_id: CLIENT.clientId,
		client_secret: CLIENT.clientSecret,
		access_token: "access-token-of-ada",
	});
});

test("a refresh token that is no longer good says so", async () => {
	fake.substitutes.set(token.url, {
		status: 400,
		answer: { error: "invalid_grant", error_description: "invalid refresh token" },
	});
	expect(await failureOf(provider().refreshTokens("refresh-of-ada"), "FAILED_REQUEST")).toMatchObject({
		step: "refresh",
		status: 400,
		providerError: "invalid_grant",
		providerErrorDescription: "invalid refresh token",
	});
});

test.each([
	["ACCESS_DENIED", "ACCESS_DENIED"],
	["INVALID_SCOPE", "AUTHORIZATION_FAILED"],
] as const)("an error in the callback is in capital letters: %s is %s", async (error, code) => {
	const { url, cookie } = await provider().startSignIn();
	const request = fake.answer(url, (params) => {
		params.delete("code");
		params.set("error", error);
	});
	request.headers.set("cookie", cookiePair(cookie));
	expect(await failureOf(provider().handleCallback(request), code)).toMatchObject({ providerError: error });
});

test("auto login that fails comes back with a state of LINE's own, and can be switched off for the next time", async () => {
	const { url, cookie } = await provider().startSignIn();
	const request = fake.answer(url, (params) => params.set("state", "of-the-line-app"));
	request.headers.set("cookie", cookiePair(cookie));
	await failureOf(provider().handleCallback(request), "FLOW_MISSING");
	expect(fake.requests).toEqual([]);
	const again = await provider().startSignIn({ params: { disable_auto_login: "true" } });
	expect(new URL(again.url).searchParams.get("disable_auto_login")).toBe("true");
});

test("an iss in the callback has to be LINE's", async () => {
	const { url, cookie } = await provider().startSignIn();
	const request = fake.answer(url, (params) => params.set("iss", "https://evil.example"));
	request.headers.set("cookie", cookiePair(cookie));
	await failureOf(provider().handleCallback(request), "ISSUER_MISMATCH");
});

test("the redirect URI is needed", async () => {
	expect(await failureOf(provider({ redirectUri: undefined }).startSignIn(), "INVALID_CONFIG")).toMatchObject(
		{ message: expect.stringContaining("redirectUri") },
	);
});
