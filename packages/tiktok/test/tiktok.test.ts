import { loginRequest } from "@oauth/test-kit/sign-in";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { tiktok } from "@oauth/tiktok";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { token, tokenError } = recording;
const BASIC = "https://open.tiktokapis.com/v2/user/info/?fields=open_id,union_id,avatar_url,display_name";
const RESPONSE = recording.user[BASIC];
const PROFILE = `${BASIC},username,profile_deep_link,bio_description,is_verified`;
const OPEN_ID = recording.profile.id;
const WITH_PROFILE = { config: { scope: ["user.info.profile"] } };

testProvider(tiktok, recording, ({ fake, create, signIn, failureOf }) => {
	const urls = () => fake.requests.map(({ url }) => url);

	test("the authorization request to TikTok has the client key, commas between the scopes, and no PKCE", async () => {
		const { url } = await create(WITH_PROFILE.config).startSignIn(loginRequest(), {
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

	describe("the user", () => {
		test("providerUser comes without TikTok's envelope, and providerUserId is its open_id", async () => {
			const { providerUser, providerUserId } = await signIn();
			expect(providerUserId).toBe(OPEN_ID);
			expect(providerUser).toEqual(RESPONSE.data.user);
		});

		test("the profile has a user name and a URL if the TikTok user grants user.info.profile", async () => {
			const user = {
				...RESPONSE.data.user,
				username: "robin.example",
				profile_deep_link: "https://vm.tiktok.com/ZEXAMPLE/",
				bio_description: "",
				is_verified: true,
			};
			const scope = "user.info.basic,user.info.profile";
			fake.substitutes.set(token.url, { answer: { ...token.answer, scope } });
			fake.substitutes.set(PROFILE, { answer: { ...RESPONSE, data: { user } } });
			const { profile, providerUser, tokens } = await signIn({}, WITH_PROFILE);
			expect(profile).toEqual({
				...recording.profile,
				username: "robin.example",
				url: "https://vm.tiktok.com/ZEXAMPLE/",
			});
			expect(providerUser).toEqual(user);
			expect(tokens.scope).toEqual(["user.info.basic", "user.info.profile"]);
		});

		test("TikTok is asked for the fields that the user has granted, not for all that the app wants", async () => {
			await signIn({}, WITH_PROFILE);
			expect(urls()).toEqual([token.url, BASIC]);
		});

		test("TikTok is asked for the basic fields if the token response has no scope", async () => {
			const { scope, ...answer } = token.answer;
			fake.substitutes.set(token.url, { answer });
			expect((await signIn({}, WITH_PROFILE)).providerUserId).toBe(OPEN_ID);
			expect(urls()).toEqual([token.url, BASIC]);
		});

		test.each([undefined, null, "", 0, {}, { code: 0 }, { code: null }])(
			"a user is signed in if the error in TikTok's response is %j",
			async (error) => {
				expect((await signIn({ error })).providerUserId).toBe(OPEN_ID);
			},
		);

		test("a sign-in fails if TikTok's error is text, as in a token response", async () => {
			await failureOf(signIn({ error: "access_token_invalid" }), "FAILED_REQUEST", "access_token_invalid");
		});

		test("a sign-in fails with TikTok's error even if the response has a user", async () => {
			const code = "scope_not_authorized";
			for (const data of [RESPONSE.data, {}, undefined]) {
				const error = { code, message: `no scope: ${token.answer.access_token}`, log_id: "2026EXAMPLE" };
				fake.substitutes.set(BASIC, { answer: { data, error } });
				expect(await failureOf(signIn(), "FAILED_REQUEST", code)).toMatchObject({
					step: "user",
					status: 200,
					providerError: code,
				});
				fake.substitutes.set(BASIC, { answer: { data, error: { ...error, message: "no scope" } } });
				await failureOf(signIn(), "FAILED_REQUEST", "the provider says scope_not_authorized: no scope");
			}
		});

		test("a sign-in fails with INVALID_PROFILE if TikTok's envelope has no user", async () => {
			for (const data of [{}, { user: null }, null]) {
				fake.substitutes.set(BASIC, { answer: { ...RESPONSE, data } });
				await failureOf(signIn(), "INVALID_PROFILE");
			}
		});

		test("a sign-in whose access token TikTok refuses fails with TikTok's error", async () => {
			const error = { code: "access_token_invalid", message: "The access token is invalid.", log_id: "2026" };
			fake.substitutes.set(BASIC, { status: 401, answer: { data: {}, error } });
			expect(await failureOf(signIn(), "FAILED_REQUEST", "access_token_invalid")).toMatchObject({
				step: "user",
				status: 401,
				providerErrorDescription: "The access token is invalid.",
			});
		});
	});

	test("handleCallback decodes TikTok's code once, and takes a callback that names the scopes", async () => {
		const code = "a+code*with!1000%2A";
		fake.substitutes.set(token.url, { answer: token.answer });
		const session = await signIn(
			{},
			{
				callback(params) {
					params.set("scopes", "user.info.basic");
					params.set("code", code);
				},
			},
		);
		expect(session.providerUserId).toBe(OPEN_ID);
		expect(new URLSearchParams(fake.requests[0]?.body).get("code")).toBe(code);
	});

	describe("the tokens", () => {
		// TikTok documents no status for token errors.
		test.each([200, 400])(
			"a sign-in and a refresh fail with TikTok's token error of status %i",
			async (status) => {
				fake.substitutes.set(token.url, { status, answer: tokenError.answer });
				const { error, error_description } = tokenError.answer;
				const expected = { status, providerError: error, providerErrorDescription: error_description };
				expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "token", ...expected });
				expect(await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST")).toMatchObject({
					step: "refresh",
					...expected,
				});
			},
		);

		test("refreshTokens sends TikTok the client key, and returns when both tokens expire", async () => {
			const { refreshToken } = fake;
			expect(await create().refreshTokens(refreshToken)).toMatchObject({
				refreshToken: recording.refresh.answer.refresh_token,
				expiresAt: expect.any(Date),
				refreshTokenExpiresAt: expect.any(Date),
			});
			expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
				client_key: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
				grant_type: "refresh_token",
				refresh_token: refreshToken,
			});
		});

		test("revokeToken sends TikTok the client key", async () => {
			await create().revokeToken("act.of-robin");
			expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
				client_key: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
				token: "act.of-robin",
			});
		});
	});
});
