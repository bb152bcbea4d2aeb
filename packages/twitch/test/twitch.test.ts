import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { twitch } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const { url: tokenUrl, answer: tokenAnswer } = recording.token;

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

const provider = () => twitch({ ...CLIENT, fetch: fake.fetch });

async function signIn(claims: Record<string, unknown> = {}) {
	fake.idTokenClaims = { ...fake.idTokenClaims, ...claims };
	const { url, cookie } = await provider().startSignIn();
	const headers = { cookie: cookiePair(cookie) };
	return provider().handleCallback(new Request(fake.authorize(url), { headers }));
}

describe("the authorization request", () => {
	test("asks for each claim of the profile, which Twitch gives only when asked", async () => {
		const { searchParams } = new URL((await provider().startSignIn()).url);
		const { id_token } = JSON.parse(searchParams.get("claims") ?? "");
		const standard = ["iss", "sub", "azp"];
		const wanted = Object.keys(fake.idTokenClaims).filter((claim) => !standard.includes(claim));
		expect(Object.keys(id_token).sort()).toEqual(wanted.sort());
	});

	test("asks for the permission to read the address, and for no OpenID Connect scope that Twitch lacks", async () => {
		const { searchParams } = new URL(
			(await provider().startSignIn({ params: { force_verify: "true" } })).url,
		);
		expect(searchParams.get("scope")).toBe("openid user:read:email");
		expect(searchParams.get("force_verify")).toBe("true");
	});
});

describe("a sign-in", () => {
	test("reads the scopes, which come as a list", async () => {
		expect((await signIn()).tokens.scope).toEqual(["openid", "user:read:email"]);
	});

	test("shows the display name, in whichever script", async () => {
		const { profile } = await signIn({ preferred_username: "エイダ" });
		expect(profile).toMatchObject({ id: "987654321", username: "エイダ", name: "エイダ" });
	});

	test("of an account without an address has none", async () => {
		for (const email of [undefined, "", null]) {
			const { profile } = await signIn({ email, email_verified: false });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		}
	});

	test("with an address that is not verified says so", async () => {
		const { profile } = await signIn({ email_verified: false });
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});

	test("takes no other issuer", async () => {
		await failureOf(signIn({ iss: "https://id.twitch.tv" }), "INVALID_ID_TOKEN");
	});

	test("is refused for an ID token that is signed in another way than Twitch's", async () => {
		const { url, cookie } = await provider().startSignIn();
		const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
		const id_token = `${encode({ alg: "ES256" })}.${encode(fake.idTokenClaims)}.c2lnbmVk`;
		fake.substitutes.set(tokenUrl, { answer: { ...tokenAnswer, id_token } });
		const headers = { cookie: cookiePair(cookie) };
		const error = await failureOf(
			provider().handleCallback(new Request(fake.authorize(url), { headers })),
			"INVALID_ID_TOKEN",
		);
		expect(error.cause).toMatchObject({ code: "ERR_JOSE_ALG_NOT_ALLOWED" });
	});

	test("whose code is no good says why in Twitch's own words", async () => {
		fake.substitutes.set(tokenUrl, recording.tokenError);
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			status: 400,
			providerErrorDescription: "Invalid authorization code",
		});
	});
});

describe("after sign-in", () => {
	test("a refresh token that is no longer good says so", async () => {
		const answer = { error: "Bad Request", status: 400, message: "Invalid refresh token" };
		fake.substitutes.set(tokenUrl, { status: 400, answer });
		expect(await failureOf(provider().refreshTokens("old-refresh-token"), "FAILED_REQUEST")).toMatchObject({
			step: "refresh",
			providerError: "Bad Request",
			providerErrorDescription: "Invalid refresh token",
		});
	});

	test("a token is revoked with the client's id, and without its secret", async () => {
		await provider().revokeToken("token-of-ada");
		const [request] = fake.requests;
		expect(request?.headers).not.toHaveProperty("authorization");
		expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
			client_id: CLIENT.clientId,
			token: "token-of-ada",
		});
	});

	test("a token that is not valid can't be revoked", async () => {
		const answer = { status: 400, message: "Invalid token" };
		fake.substitutes.set("https://id.twitch.tv/oauth2/revoke", { status: 400, answer });
		expect(await failureOf(provider().revokeToken("token-of-ada"), "FAILED_REQUEST")).toMatchObject({
			step: "revocation",
			status: 400,
			providerErrorDescription: "Invalid token",
		});
	});
});
