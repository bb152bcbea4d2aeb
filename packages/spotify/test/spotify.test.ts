import { spotify } from "@oauth/spotify";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = recording.id.in;

testProvider(spotify, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user's id", () => {
		test("providerUserId stays the same when the user name at Spotify changes", async () => {
			expect((await signIn({ id: "robin.renamed" })).providerUserId).toBe("eXaMpLe123");
		});

		test("providerUserId is never Spotify's user name, which can be the account id of another user", async () => {
			for (const account_id of [undefined, null, ""])
				await failureOf(signIn({ account_id, id: "eXaMpLe123" }), "INVALID_PROFILE", "no account_id");
		});
	});

	describe("the profile", () => {
		test("the profile does not say whether Spotify's e-mail address is verified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("robin@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("the profile has no e-mail address if the Spotify app is in development mode", async () => {
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

		test("the profile's picture is the first of several at Spotify", async () => {
			const images = ["large", "small"].map((url) => ({ url, height: null, width: null }));
			expect((await signIn({ images })).profile.picture).toBe("large");
		});

		test("a Spotify user without a name and a picture has a profile without them", async () => {
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
	])(
		"a user whom the Spotify app may not sign in yet gets an error that repeats Spotify's %s",
		async (_, refusal) => {
			fake.substitutes.set(USER_URL, { status: 403, ...refusal });
			const reason = "status 403, the provider says User not registered in the Developer Dashboard";
			expect(await failureOf(signIn(), "FAILED_REQUEST", reason)).toMatchObject({
				step: "user",
				status: 403,
				providerErrorDescription: "User not registered in the Developer Dashboard",
			});
		},
	);

	test("refreshTokens returns the old refresh token until Spotify sends another", async () => {
		const old = fake.refreshToken;
		expect(await create().refreshTokens(old)).toMatchObject({ refreshToken: old });
		fake.substitutes.set(recording.token.url, {
			answer: { ...recording.refresh.answer, refresh_token: "AQCnew-of-robin" },
		});
		expect(await create().refreshTokens(old)).toMatchObject({ refreshToken: "AQCnew-of-robin" });
	});
});
