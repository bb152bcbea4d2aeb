import { reddit } from "@oauth/reddit";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { userAgent } = recording.config;

testProvider(reddit, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the settings", () => {
		test("name the app in every request", async () => {
			await signIn();
			await create().refreshTokens(fake.refreshToken);
			await create().revokeToken("access-of-ada");
			expect(fake.requests.map(({ headers }) => headers["user-agent"])).toEqual(Array(4).fill(userAgent));
		});

		test("need a name for the app", async () => {
			const starting = create({ userAgent: undefined }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", '"userAgent" is missing');
		});

		test("ask for a refresh token where the app does", async () => {
			const { url } = await create({ duration: "permanent" }).startSignIn(loginRequest());
			expect(new URL(url).searchParams.get("duration")).toBe("permanent");
		});
	});

	describe("the profile", () => {
		test("is unescaped, once, and the user as Reddit sent it", async () => {
			const title = "Ada &lt;3 R&amp;D &gt; &amp;lt;";
			const { profile, providerUser } = await signIn({ subreddit: { title } });
			expect(profile.name).toBe("Ada <3 R&D > &lt;");
			expect(profile.picture).toMatch(/\?width=256&height=256$/);
			expect(providerUser).toMatchObject({
				subreddit: { title },
				icon_img: expect.stringContaining("&amp;height"),
			});
		});

		test.each([
			["no profile page", { subreddit: null }],
			["a profile page without a title", { subreddit: { title: "" } }],
			["a profile page whose title is no text", { subreddit: { title: 7 } }],
		])("has no name with %s", async (_, changes) => {
			const { profile } = await signIn(changes);
			expect(profile).not.toHaveProperty("name");
			expect(profile.username).toBe("ada_example");
		});

		test.each(["", false])("has no picture where there is none: %j", async (icon_img) => {
			expect((await signIn({ icon_img })).profile).not.toHaveProperty("picture");
		});
	});

	test("a grant is over in the words of the published server too", async () => {
		fake.substitutes.set(recording.token.url, { status: 400, answer: { error: "invalid_request" } });
		await failureOf(
			create().refreshTokens(fake.refreshToken),
			"INVALID_GRANT",
			"Ask the user to sign in again",
		);
	});
});
