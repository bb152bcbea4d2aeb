import { testProvider } from "@oauth/testing/vitest";
import { todoist } from "@oauth/todoist";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.todoist.com/api/v1/user";

testProvider(todoist, recording, ({ fake, create, signIn, failureOf }) => {
	test("scopes in the authorization request to Todoist are separated by commas", () => {
		const url = create({ scope: ["data:read", "task:add"] }).getAuthorizationUrl();
		expect(new URL(url).searchParams.get("scope")).toBe("data:read,task:add");
	});

	test("the scopes of Todoist's token response, which are separated by spaces, become a list", async () => {
		const answer = { ...recording.token.answer, scope: "data:read task:add" };
		fake.substitutes.set(recording.token.url, { answer });
		expect((await signIn()).tokens.scope).toEqual(["data:read", "task:add"]);
	});

	test.each([
		["access_denied", "ACCESS_DENIED"],
		["invalid_application_status", "AUTHORIZATION_FAILED"],
	] as const)(
		"the error %s of Todoist's documentation, which comes without a state, is %s",
		async (error, code) => {
			const callback = (params: URLSearchParams) => {
				params.delete("code");
				params.delete("state");
				params.set("error", error);
			};
			await failureOf(signIn({}, { callback }), code);
		},
	);

	describe("the user", () => {
		test("a Todoist user without a picture has none in the profile", async () => {
			const without = await signIn({ avatar_big: undefined });
			expect(without.profile).not.toHaveProperty("picture");
			expect((await signIn({ avatar_big: null })).profile).toEqual(without.profile);
		});

		test("a Todoist id that is a number, as older APIs sent it, is the same user", async () => {
			expect((await signIn({ id: 1234567 })).providerUserId).toBe("1234567");
			expect((await signIn()).providerUserId).toBe("1234567");
		});

		test.each(["verified", "unverified", "blocked", "legacy"])(
			"an e-mail address of a Todoist user with the verification_status %s has no emailVerified",
			async (verification_status) => {
				const { profile, providerUser } = await signIn({ verification_status });
				expect(profile.email).toBe("user@example.com");
				expect(profile).not.toHaveProperty("emailVerified");
				expect(providerUser.verification_status).toBe(verification_status);
			},
		);

		test("providerUser is Todoist's response without its tokens", async () => {
			const { token, websocket_url, ...user } = recording.user[USER_URL];
			const session = await signIn();
			expect(session.providerUser).toEqual(user);
			expect(JSON.stringify(session)).not.toMatch(new RegExp(`${token}|${websocket_url.slice(-32)}`));
		});

		test("a token that Todoist no longer knows fails at once, with Todoist's message and retryAfter", async () => {
			fake.substitutes.set(USER_URL, {
				status: 401,
				headers: { "retry-after": "3" },
				answer: { error_tag: "UNAUTHORIZED", error_code: 477, error: "Unauthorized", http_code: 401 },
			});
			expect(await failureOf(signIn(), "FAILED_REQUEST", "Unauthorized")).toMatchObject({
				step: "user",
				status: 401,
				providerError: "Unauthorized",
				retryAfter: 3,
			});
			expect(fake.requests.filter(({ url }) => url === USER_URL)).toHaveLength(1);
		});
	});

	describe("tokens", () => {
		test("a sign-in with an old Todoist app, which has no refresh tokens, has a token for ten years", async () => {
			const { access_token, token_type } = recording.token.answer;
			fake.substitutes.set(recording.token.url, {
				answer: { access_token, token_type, expires_in: 315_360_000 },
			});
			const { tokens } = await signIn();
			expect(tokens).not.toHaveProperty("refreshToken");
			expect(tokens.expiresAt?.getTime()).toBeGreaterThan(Date.now() + 315_000_000_000);
		});

		test("Todoist's refresh response has a new refresh token, which takes the place of the old one", async () => {
			const tokens = await create().refreshTokens(fake.refreshToken);
			expect(tokens.refreshToken).toBe(recording.refresh.answer.refresh_token);
		});

		test("a refresh response of Todoist without a refresh token, as for one that was just replaced, does not bring the old one back", async () => {
			const { refresh_token, ...answer } = recording.refresh.answer;
			fake.substitutes.set(recording.token.url, { answer });
			const tokens = await create().refreshTokens(fake.refreshToken);
			expect(tokens.accessToken).toBe(answer.access_token);
			expect(tokens).not.toHaveProperty("refreshToken");
		});

		test("revokeToken sends Todoist the token as a form, with the client secret in the header only", async () => {
			await create().revokeToken("token-to-revoke");
			expect(fake.requests).toHaveLength(1);
			expect(fake.requests[0]).toMatchObject({
				method: "POST",
				url: recording.revocation.url,
				body: "token=token-to-revoke",
				headers: { authorization: expect.stringMatching(/^Basic \S+$/) },
			});
		});

		test("revokeToken fails for a refresh token, which Todoist does not revoke", async () => {
			fake.substitutes.set(recording.revocation.url, { status: 403, answer: {} });
			await failureOf(create().revokeToken(fake.refreshToken), "FAILED_REQUEST", "status 403");
		});
	});
});
