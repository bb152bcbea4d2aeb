import { loginRequest } from "@oauth/test-kit/sign-in";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { tiktok } from "@oauth/tiktok";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { token, tokenError } = recording;
const BASIC = "https://open.tiktokapis.com/v2/user/info/?fields=open_id,union_id,avatar_url,display_name";
const ANSWER = recording.user[BASIC];
const PROFILE = `${BASIC},username,profile_deep_link,bio_description,is_verified`;
const OPEN_ID = "-000Example0penId00000000";
const WITH_PROFILE = { config: { scope: ["user.info.profile"] } };

testProvider(tiktok, recording, ({ fake, create, signIn, failureOf }) => {
	const urls = () => fake.requests.map(({ url }) => url);

	test("the authorization request has commas between the scopes, the client key, and no PKCE", async () => {
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
		test("comes out of the envelope, named by the id within this app", async () => {
			const { providerUser, providerUserId } = await signIn();
			expect(providerUserId).toBe(OPEN_ID);
			expect(providerUser).toEqual(ANSWER.data.user);
		});

		test("has a user name and a URL where the user allows it", async () => {
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
			const { profile, providerUser, tokens } = await signIn({}, WITH_PROFILE);
			expect(profile).toEqual({
				id: OPEN_ID,
				username: "robin.example",
				name: "Robin",
				url: "https://vm.tiktok.com/ZEXAMPLE/",
			});
			expect(providerUser).toEqual(user);
			expect(tokens.scope).toEqual(["user.info.basic", "user.info.profile"]);
		});

		test("is asked for what the user has allowed, not for what the app wanted", async () => {
			await signIn({}, WITH_PROFILE);
			expect(urls()).toEqual([token.url, BASIC]);
		});

		test("is asked for the basic fields where TikTok doesn't name the scopes", async () => {
			const { scope, ...answer } = token.answer;
			fake.substitutes.set(token.url, { answer });
			expect((await signIn({}, WITH_PROFILE)).providerUserId).toBe(OPEN_ID);
			expect(urls()).toEqual([token.url, BASIC]);
		});

		test.each([undefined, null, "text", 0, {}, { code: 0 }, { code: null }])(
			"needs no error object to be somebody: %j",
			async (error) => {
				expect((await signIn({ error })).providerUserId).toBe(OPEN_ID);
			},
		);

		test("that is there although something went wrong is nobody, in TikTok's words", async () => {
			const code = "scope_not_authorized";
			for (const data of [ANSWER.data, {}, undefined]) {
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

		test("that is missing from the envelope is nobody", async () => {
			for (const data of [{}, { user: null }, null]) {
				fake.substitutes.set(BASIC, { answer: { ...ANSWER, data } });
				await failureOf(signIn(), "INVALID_PROFILE");
			}
		});

		test("whose token is refused is an error in TikTok's words", async () => {
			const error = { code: "access_token_invalid", message: "The access token is invalid.", log_id: "2026" };
			fake.substitutes.set(BASIC, { status: 401, answer: { data: {}, error } });
			expect(await failureOf(signIn(), "FAILED_REQUEST", "access_token_invalid")).toMatchObject({
				step: "user",
				status: 401,
				providerErrorDescription: "The access token is invalid.",
			});
		});
	});

	test("the callback may name the scopes, and is decoded once", async () => {
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
		test.each([200, 400])("are not there, with status %i: TikTok documents none", async (status) => {
			fake.substitutes.set(token.url, { status, answer: tokenError.answer });
			const { error, error_description } = tokenError.answer;
			const expected = { status, providerError: error, providerErrorDescription: error_description };
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "token", ...expected });
			expect(await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST")).toMatchObject({
				step: "refresh",
				...expected,
			});
		});

		test("are refreshed with the client key, and both have an end", async () => {
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

		test("are revoked with the client key", async () => {
			await create().revokeToken("act.of-robin");
			expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
				client_key: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
				token: "act.of-robin",
			});
		});
	});
});
