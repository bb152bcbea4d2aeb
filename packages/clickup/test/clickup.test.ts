import { clickup } from "@oauth/clickup";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.clickup.com/api/v2/user";
const { user } = recording.user[USER_URL];

testProvider(clickup, recording, ({ fake, create, signIn, failureOf }) => {
	test("getAuthorizationUrl leads to ClickUp's consent page, whose URL has no path of its own and no scope", () => {
		const { origin, pathname, searchParams } = new URL(create().getAuthorizationUrl());
		expect(origin + pathname).toBe("https://app.clickup.com/api");
		expect(searchParams.has("scope")).toBe(false);
	});

	test("the client secret and the code go to ClickUp in a form, never in the URL", async () => {
		await signIn();
		const [token] = fake.requests;
		expect(token).toMatchObject({ method: "POST", url: recording.token.url });
		expect(token?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded\b/);
	});

	test("ClickUp's token is sent as a bearer token, although the token response names no type", async () => {
		const { tokens } = await signIn();
		expect(tokens.tokenType).toBe("Bearer");
		const request = fake.requests.find(({ url }) => url === USER_URL);
		expect(request?.headers.authorization).toBe(`Bearer ${recording.token.answer.access_token}`);
	});

	test("ClickUp's access token does not expire, and can be neither refreshed nor revoked", async () => {
		const { tokens } = await signIn();
		expect(tokens).not.toHaveProperty("expiresAt");
		await failureOf(create().refreshTokens("a-refresh-token"), "NOT_SUPPORTED");
		await failureOf(create().revokeToken("an-access-token"), "NOT_SUPPORTED");
	});

	describe("the user", () => {
		test("providerUser is the user of ClickUp's response, without the envelope", async () => {
			expect((await signIn()).providerUser).toEqual(user);
		});

		test("ClickUp's username is the name and not a username, because others can have the same", async () => {
			const { profile } = await signIn();
			expect(profile.name).toBe("Ada Lovelace");
			expect(profile).not.toHaveProperty("username");
		});

		test("a ClickUp user without a name and a picture has neither in the profile", async () => {
			const { profile } = await signIn({ user: { username: null, profilePicture: null } });
			expect(profile).toEqual({ id: "123456", email: "ada@example.com" });
		});

		test("an e-mail address from ClickUp has no emailVerified", async () => {
			expect((await signIn()).profile).not.toHaveProperty("emailVerified");
		});

		test("an error of ClickUp in place of the user signs nobody in", async () => {
			const answer = { err: "Token invalid", ECODE: "OAUTH_025" };
			fake.substitutes.set(USER_URL, { answer });
			await failureOf(signIn(), "FAILED_REQUEST", "Token invalid");
			fake.substitutes.set(USER_URL, { status: 401, answer });
			await failureOf(signIn(), "FAILED_REQUEST", "Token invalid");
		});
	});
});
