import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type LinkedInConfig, linkedin } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const USERINFO = "https://api.linkedin.com/v2/userinfo";
const USER = recording.user[USERINFO] as Record<string, unknown>;

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
});
afterEach(() => fake.stop());

function provider(config: Partial<LinkedInConfig> = {}) {
	return linkedin({ ...CLIENT, fetch: fake.fetch, ...config });
}

async function signIn(change: (callback: URL) => void = () => {}) {
	const { url, cookie } = await provider().startSignIn();
	const callback = fake.authorize(url);
	change(callback);
	return provider().handleCallback(new Request(callback, { headers: { cookie: cookiePair(cookie) } }));
}

describe("the authorization request", () => {
	test("needs the redirect URI", async () => {
		await failureOf(provider({ redirectUri: undefined }).startSignIn(), "INVALID_CONFIG");
	});
});

describe("the user", () => {
	test.each([
		[{ language: "en", country: "US" }, "en-US"],
		["en-US", "en-US"],
		[undefined, undefined],
		[null, undefined],
		[{}, undefined],
		[{ language: "en" }, "en"],
	])("with the locale %j has the locale %j", async (locale, expected) => {
		fake.substitutes.set(USERINFO, { answer: { ...USER, locale } });
		expect((await signIn()).profile.locale).toBe(expected);
	});

	test("may have no address and no photo", async () => {
		const { email: _, email_verified: __, picture: ___, ...user } = USER;
		fake.substitutes.set(USERINFO, { answer: user });
		expect((await signIn()).profile).toEqual({
			id: "782bbtaQ",
			name: "Ada Example",
			givenName: "Ada",
			familyName: "Example",
			locale: "en-US",
		});
	});

	test("has an address as verified as LinkedIn says", async () => {
		fake.substitutes.set(USERINFO, { answer: { ...USER, email_verified: false } });
		expect((await signIn()).profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		fake.substitutes.set(USERINFO, { answer: { ...USER, email_verified: undefined } });
		expect((await signIn()).profile).not.toHaveProperty("emailVerified");
	});

	test("comes from the userinfo endpoint: an ID token without a nonce proves nothing", async () => {
		const claims = { sub: "somebody-else", email: "eve@example.com", email_verified: true };
		const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
		fake.substitutes.set(recording.token.url, {
			answer: { ...recording.token.answer, id_token: `eyJhbGciOiJub25lIn0.${payload}.` },
		});
		expect(await signIn()).toMatchObject({
			providerUserId: "782bbtaQ",
			profile: { email: "ada@example.com" },
		});
	});

	test("whose token is refused is an error in LinkedIn's words", async () => {
		fake.substitutes.set(USERINFO, {
			status: 401,
			answer: { serviceErrorCode: 65600, message: "Invalid access token", status: 401 },
		});
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			step: "user",
			status: 401,
			providerErrorDescription: "Invalid access token",
		});
	});
});

describe("the tokens", () => {
	test("say what was granted, although a comma stands between the scopes", async () => {
		expect((await signIn()).tokens).toMatchObject({ scope: ["email", "openid", "profile"] });
	});

	test("of an approved app have a refresh token", async () => {
		const { refreshToken, refreshTokenExpiresAt } = await provider().refreshTokens("old-refresh-token");
		expect(refreshToken).toBe(recording.refresh?.answer.refresh_token);
		expect(refreshTokenExpiresAt).toBeInstanceOf(Date);
	});
});

describe("the callback", () => {
	test.each(["user_cancelled_login", "user_cancelled_authorize"])(
		"of a person who cancels says %s",
		async (error) => {
			const cancelled = signIn(({ searchParams }) => {
				searchParams.delete("code");
				searchParams.set("error", error);
				searchParams.set("error_description", "The user cancelled");
			});
			expect(await failureOf(cancelled, "ACCESS_DENIED")).toMatchObject({ providerError: error });
			expect(fake.requests).toEqual([]);
		},
	);
});
