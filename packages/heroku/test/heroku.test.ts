import { heroku } from "@oauth/heroku";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TOKEN_URL = recording.token.url;
const USER_URL = "https://api.heroku.com/account";

testProvider(heroku, recording, ({ fake, create, signIn, failureOf }) => {
	test("Heroku's API is asked for version 3, and its token endpoint for plain JSON", async () => {
		await signIn();
		expect(fake.requests.map(({ url, headers }) => [url, headers.accept])).toEqual([
			[TOKEN_URL, "application/json"],
			[USER_URL, "application/vnd.heroku+json; version=3"],
		]);
	});

	test.each([true, false])(
		"the e-mail address of a Heroku user has no emailVerified when verified is %j",
		async (verified) => {
			const { profile, providerUser } = await signIn({ verified });
			expect(profile).toEqual(recording.profile);
			expect(providerUser.verified).toBe(verified);
		},
	);

	test("the id of a Heroku user is that of the account, and not of its identity provider or team", async () => {
		const other = "89abcdef-0123-4567-89ab-cdef01234567";
		const team = { id: other, name: "example" };
		const federation = { federated: true, identity_provider: { id: other, team }, default_team: team };
		expect((await signIn(federation)).providerUserId).toBe(recording.profile.id);
	});

	test("an error of Heroku with status 200 is refused, and its id is not taken for that of a user", async () => {
		const answer = { id: "unauthorized", message: "Invalid credentials provided." };
		fake.substitutes.set(USER_URL, { answer });
		expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
			step: "user",
			status: 200,
			providerError: "unauthorized",
			providerErrorDescription: "Invalid credentials provided.",
		});
	});

	test("getAuthorizationUrl never leaves the scope out, which Heroku takes for full access", () => {
		const { searchParams } = new URL(create({ scope: [] }).getAuthorizationUrl());
		expect(searchParams.get("scope")).toBe("identity");
	});

	describe("refreshTokens", () => {
		test("refreshTokens keeps Heroku's refresh token, also with status 201", async () => {
			fake.substitutes.set(TOKEN_URL, { status: 201, answer: recording.refresh.answer });
			const tokens = await create().refreshTokens(fake.refreshToken);
			expect(tokens).toMatchObject({
				accessToken: recording.refresh.answer.access_token,
				refreshToken: fake.refreshToken,
				expiresAt: expect.any(Date),
			});
		});

		test("refreshTokens fails with INVALID_GRANT when Heroku calls the authorization invalid", async () => {
			const error = await failureOf(create().refreshTokens("refresh-token-of-nobody"), "INVALID_GRANT");
			expect(error).toMatchObject({
				step: "refresh",
				status: 401,
				providerErrorDescription: "OAuth authorization invalid.",
			});
		});

		test.each([
			[401, { id: "unauthorized", message: "Invalid credentials provided." }],
			[401, { id: "unauthorized" }],
			[403, { id: "suspended", message: "Your account is suspended." }],
			[429, { id: "rate_limit", message: "Your account reached the API limit." }],
		])("refreshTokens fails with FAILED_REQUEST when Heroku responds with %i %j", async (status, answer) => {
			fake.substitutes.set(TOKEN_URL, { status, answer });
			const error = await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", status });
		});
	});

	test("a user who declines at Heroku is ACCESS_DENIED, although the callback has no state", async () => {
		const refused = signIn(
			{},
			{
				callback(params) {
					params.delete("code");
					params.delete("state");
					params.set("error", "access_denied");
				},
			},
		);
		await failureOf(refused, "ACCESS_DENIED");
	});
});
