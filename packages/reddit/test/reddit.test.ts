import { reddit } from "@oauth/reddit";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { userAgent } = recording.config;

testProvider(reddit, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the settings", () => {
		test("the userAgent is sent with every request to Reddit", async () => {
			await signIn();
			await create().refreshTokens(fake.refreshToken);
			await create().revokeToken("access-of-ada");
			expect(fake.requests.map(({ headers }) => headers["user-agent"])).toEqual(Array(4).fill(userAgent));
		});

		test("a userAgent that can't be a header is an INVALID_CONFIG", async () => {
			for (const userAgent of ["Näme\u2019s app", "app\nx: y"]) {
				const starting = create({ userAgent }).startSignIn(new Request("http://localhost:3000/login"));
				await failureOf(starting, "INVALID_CONFIG", '"userAgent" has a character');
			}
		});

		test("startSignIn refuses a config without a userAgent", async () => {
			const starting = create({ userAgent: undefined }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", '"userAgent" is missing');
		});

		test("startSignIn asks Reddit for a refresh token with duration: permanent", async () => {
			const { url } = await create({ duration: "permanent" }).startSignIn(loginRequest());
			expect(new URL(url).searchParams.get("duration")).toBe("permanent");
		});
	});

	describe("the profile", () => {
		test("Reddit's texts are unescaped once in the profile, and not in providerUser", async () => {
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
			["a profile page whose title is not text", { subreddit: { title: 7 } }],
		])("a Reddit user with %s has no name in the profile", async (_, changes) => {
			const { profile } = await signIn(changes);
			expect(profile).not.toHaveProperty("name");
			expect(profile.username).toBe("ada_example");
		});

		test.each(["", false])("a Reddit user whose icon_img is %j has no picture", async (icon_img) => {
			expect((await signIn({ icon_img })).profile).not.toHaveProperty("picture");
		});
	});

	test("refreshTokens takes invalid_request, as of Reddit's published server, for INVALID_GRANT", async () => {
		fake.substitutes.set(recording.token.url, { status: 400, answer: { error: "invalid_request" } });
		await failureOf(
			create().refreshTokens(fake.refreshToken),
			"INVALID_GRANT",
			"Ask the user to sign in again",
		);
	});
});
