import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";
import { CLIENT, FakeProvider, type Json, type Recording } from "../../testing/dist/index.js";
import { type TikTokConfig, tiktok } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const { token, tokenError } = recording;
const ACCESS_TOKEN = `${token.answer.access_token}`;
const [BASIC = "", ANSWER] = Object.entries(recording.user)[0] ?? [];
const PROFILE = `${BASIC},username,profile_deep_link,bio_description,is_verified`;
const OPEN_ID = "-000Example0penId00000000";

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<TikTokConfig> = {}) => tiktok({ ...CLIENT, fetch: fake.fetch, ...config });

async function signIn(
	config: Partial<TikTokConfig> = {},
	change: (params: URLSearchParams) => void = () => {},
) {
	const { url, cookie } = await provider(config).startSignIn();
	const request = fake.answer(url, change);
	request.headers.set("cookie", cookiePair(cookie));
	return provider(config).handleCallback(request);
}

describe("the authorization request", () => {
	test("has commas between the scopes, the client key, and no PKCE", async () => {
		const subject = provider({ scope: ["user.info.profile"] });
		const { url } = await subject.startSignIn({
			scope: ["video.list"],
			params: { disable_auto_auth: "1" },
		});
		expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
			response_type: "code",
			client_key: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			scope: "user.info.basic,user.info.profile,video.list",
			state: expect.any(String),
			disable_auto_auth: "1",
		});
	});

	test("needs the redirect URI", async () => {
		expect(
			await failureOf(provider({ redirectUri: undefined }).startSignIn(), "INVALID_CONFIG"),
		).toMatchObject({ message: expect.stringContaining("redirectUri") });
	});
});

describe("the user", () => {
	test("comes out of the envelope, named by the id within this app", async () => {
		const { providerUser, providerUserId } = await signIn();
		expect(providerUserId).toBe(OPEN_ID);
		expect(providerUser).toEqual({
			open_id: OPEN_ID,
			union_id: "00000000-1111-4222-8333-444444444444",
			avatar_url: "https://p19-sign.tiktokcdn-us.com/tos-avt/0.jpeg?x-expires=1767312000",
			display_name: "Robin",
		});
	});

	test("has a user name and an address where the person allows it", async () => {
		const user = {
			open_id: OPEN_ID,
			display_name: "Robin",
			username: "robin.example",
			profile_deep_link: "https://vm.tiktok.com/ZEXAMPLE/",
			bio_description: "",
			is_verified: true,
		};
		const scope = "user.info.basic,user.info.profile";
		fake.substitutes.set(token.url, { answer: { ...token.answer, scope } });
		fake.substitutes.set(PROFILE, { answer: { ...ANSWER, data: { user } } });
		const { profile, providerUser, tokens } = await signIn({ scope: ["user.info.profile"] });
		expect(profile).toEqual({
			id: OPEN_ID,
			username: "robin.example",
			name: "Robin",
			url: "https://vm.tiktok.com/ZEXAMPLE/",
		});
		expect(providerUser).toEqual(user);
		expect(tokens.scope).toEqual(["user.info.basic", "user.info.profile"]);
	});

	test("is asked for what the person has allowed, not for what the app wanted", async () => {
		await signIn({ scope: ["user.info.profile"] });
		expect(fake.requests.map(({ url }) => url)).toEqual([token.url, BASIC]);
	});

	test("is asked for the basic fields where TikTok doesn't name the scopes", async () => {
		const { scope, ...answer } = token.answer;
		fake.substitutes.set(token.url, { answer });
		expect((await signIn({ scope: ["user.info.profile"] })).providerUserId).toBe(OPEN_ID);
		expect(fake.requests.map(({ url }) => url)).toEqual([token.url, BASIC]);
	});

	test("needs no error object to be somebody", async () => {
		const { error, ...answer } = ANSWER as { error: object };
		fake.substitutes.set(BASIC, { answer });
		expect((await signIn()).providerUserId).toBe(OPEN_ID);
	});

	test("that is there although something went wrong is nobody", async () => {
		const code = "scope_not_authorized";
		for (const answer of [
			{ ...ANSWER, error: { code, message: `no scope: ${ACCESS_TOKEN}`, log_id: "2026EXAMPLE" } },
			{ data: {}, error: { code, message: "no scope", log_id: "2026EXAMPLE" } },
		]) {
			fake.substitutes.set(BASIC, { answer });
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "user", status: 200, providerError: code });
			expectNoSecrets(error, [ACCESS_TOKEN, CLIENT.clientSecret]);
		}
	});

	test("that is missing from the envelope is nobody", async () => {
		for (const answer of [{ ...ANSWER, data: {} }, { ...ANSWER, data: { user: null } }, { data: null }]) {
			fake.substitutes.set(BASIC, { answer: answer as Json });
			await failureOf(signIn(), "INVALID_PROFILE");
		}
	});

	test("whose token is refused is an error in TikTok's words", async () => {
		const error = { code: "access_token_invalid", message: "The access token is invalid.", log_id: "2026" };
		fake.substitutes.set(BASIC, { status: 401, answer: { data: {}, error } });
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			step: "user",
			status: 401,
			providerError: "access_token_invalid",
			providerErrorDescription: "The access token is invalid.",
		});
	});
});

describe("the callback", () => {
	test("may name the scopes, and is decoded once", async () => {
		const code = "a+code*with!1000%2A";
		fake.substitutes.set(token.url, { answer: token.answer });
		const session = await signIn({}, (params) => {
			params.set("scopes", "user.info.basic");
			params.set("code", code);
		});
		expect(session.providerUserId).toBe(OPEN_ID);
		expect(new URLSearchParams(fake.requests[0]?.body).get("code")).toBe(code);
	});
});

describe("the tokens", () => {
	test.each([200, 400])("are not there, with status %i: TikTok documents none", async (status) => {
		fake.substitutes.set(token.url, { status, answer: tokenError.answer });
		const { error, error_description } = tokenError.answer;
		const expected = { status, providerError: error, providerErrorDescription: error_description };
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "token", ...expected });
		expect(await failureOf(provider().refreshTokens("rft.old"), "FAILED_REQUEST")).toMatchObject({
			step: "refresh",
			...expected,
		});
	});

	test("are refreshed with the client key, and both have an end", async () => {
		expect(await provider().refreshTokens("rft.old")).toMatchObject({
			refreshToken: "rft.example67890-fresh",
			expiresAt: expect.any(Date),
			refreshTokenExpiresAt: expect.any(Date),
		});
		expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
			client_key: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			grant_type: "refresh_token",
			refresh_token: "rft.old",
		});
	});

	test("are revoked with the client key", async () => {
		await provider().revokeToken("act.of-robin");
		expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
			client_key: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			token: "act.of-robin",
		});
	});
});
