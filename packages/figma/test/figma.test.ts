import { figma } from "@oauth/figma";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.figma.com/v1/me";
const TOKEN_URL = recording.token.url;
const REFRESH_URL = recording.refresh.url;

testProvider(figma, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test.each(["1234567890123456788", "1234567890123456790", "9007199254740993"])(
			"providerUserId keeps every digit of the Figma id %s",
			async (id) => {
				expect((await signIn({ id })).providerUserId).toBe(id);
			},
		);

		test("providerUserId is not the rounded user_id of Figma's token response", async () => {
			const text = JSON.stringify(recording.token.answer).replace("{", '{"user_id":1234567890123456789,');
			fake.substitutes.set(TOKEN_URL, { text, headers: { "content-type": "application/json" } });
			expect((await signIn()).providerUserId).toBe("1234567890123456789");
		});

		test("a Figma id that comes as a number too big to be exact is refused", async () => {
			await failureOf(signIn({ id: 2 ** 60 }), "INVALID_PROFILE");
		});

		test("the handle of a Figma user is a name and not a username, because others can have it too", async () => {
			const { profile } = await signIn({ handle: "Grace" });
			expect(profile.name).toBe("Grace");
			expect(profile).not.toHaveProperty("username");
		});

		test("an e-mail address from Figma has no emailVerified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("an access token that Figma does not accept is FAILED_REQUEST, with Figma's err as the description", async () => {
			fake.substitutes.set(USER_URL, { status: 403, answer: { status: 403, err: "Invalid token" } });
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "user", status: 403, providerErrorDescription: "Invalid token" });
			expect(error).not.toHaveProperty("providerError");
		});
	});

	describe("the tokens", () => {
		test("an error of Figma's token endpoint, whose code is only true, has a description", async () => {
			fake.substitutes.set(TOKEN_URL, recording.tokenError);
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error.providerErrorDescription).toBe(recording.tokenError.answer.message);
			expect(error).not.toHaveProperty("providerError");
		});

		test("refreshTokens asks Figma's refresh endpoint, and keeps the refresh token", async () => {
			const { refreshToken } = await create().refreshTokens(fake.refreshToken);
			expect(refreshToken).toBe(fake.refreshToken);
			expect(fake.requests.map(({ url }) => url)).toEqual([REFRESH_URL]);
		});

		test("refreshTokens asks Figma's token endpoint if the app's endpoints say so", async () => {
			fake.substitutes.set(TOKEN_URL, { answer: recording.refresh.answer });
			await create({ endpoints: { refresh: TOKEN_URL } }).refreshTokens(fake.refreshToken);
			expect(fake.requests.map(({ url }) => url)).toEqual([TOKEN_URL]);
		});
	});
});
