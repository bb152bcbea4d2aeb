import { spotify } from "@oauth/spotify";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.spotify.com/v1/me";

testProvider(spotify, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user's id", () => {
		test("stays when the user name changes", async () => {
			expect((await signIn({ id: "robin.renamed" })).providerUserId).toBe("eXaMpLe123");
		});

		test("is never the user name: that of one can be the account id of another", async () => {
			for (const account_id of [undefined, null, ""])
				await failureOf(signIn({ account_id, id: "eXaMpLe123" }), "INVALID_PROFILE", "no account_id");
		});
	});

	describe("the profile", () => {
		test("says nothing about whether the address is verified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("robin@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("for an app in development mode has no address", async () => {
			const { profile } = await signIn({
				email: undefined,
				country: undefined,
				product: undefined,
				followers: undefined,
				explicit_content: undefined,
			});
			expect(profile).toEqual({
				id: "eXaMpLe123",
				username: "robin.field",
				name: "Robin Field",
				picture: "https://i.scdn.co/image/ab6775700000ee85",
				url: "https://open.spotify.com/user/robin.field",
			});
		});

		test("has the first of several pictures", async () => {
			const images = ["large", "small"].map((url) => ({ url, height: null, width: null }));
			expect((await signIn({ images })).profile.picture).toBe("large");
		});

		test("of a user without a name and a picture has neither", async () => {
			const { profile } = await signIn({ display_name: null, images: [] });
			expect(profile).not.toHaveProperty("name");
			expect(profile).not.toHaveProperty("picture");
		});
	});

	test.each([
		[
			"JSON",
			{ answer: { error: { status: 403, message: "User not registered in the Developer Dashboard" } } },
		],
		[
			"plain text",
			{ text: "User not registered in the Developer Dashboard", headers: { "content-type": "text/plain" } },
		],
	])("a user whom the app may not sign in yet ends in an error that says why, in %s", async (_, refusal) => {
		fake.substitutes.set(USER_URL, { status: 403, ...refusal });
		const reason = "status 403, the provider says User not registered in the Developer Dashboard";
		expect(await failureOf(signIn(), "FAILED_REQUEST", reason)).toMatchObject({
			step: "user",
			status: 403,
			providerErrorDescription: "User not registered in the Developer Dashboard",
		});
	});

	test("a refresh token is kept until Spotify sends another", async () => {
		const old = fake.refreshToken;
		expect(await create().refreshTokens(old)).toMatchObject({ refreshToken: old });
		fake.substitutes.set("https://accounts.spotify.com/api/token", {
			answer: { ...recording.refresh.answer, refresh_token: "AQCnew-of-robin" },
		});
		expect(await create().refreshTokens(old)).toMatchObject({ refreshToken: "AQCnew-of-robin" });
	});
});
