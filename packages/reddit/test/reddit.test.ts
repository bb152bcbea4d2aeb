import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type RedditConfig, reddit } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const USER_URL = "https://oauth.reddit.com/api/v1/me";
const USER_AGENT = "web:com.example.app:v1.0.0 (by /u/example)";

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<RedditConfig> = {}) =>
	reddit({ ...CLIENT, userAgent: USER_AGENT, fetch: fake.fetch, ...config });

/** A whole sign-in of the recorded person, with these fields changed. */
async function signIn(changes: Record<string, unknown> = {}) {
	fake.substitutes.set(USER_URL, { answer: { ...recording.user[USER_URL], ...changes } });
	const { url, cookie } = await provider().startSignIn();
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return provider().handleCallback(new Request(fake.authorize(url), { headers }));
}

describe("the settings", () => {
	test("name the app in every request", async () => {
		await signIn();
		await provider().refreshTokens("refresh-of-ada");
		await provider().revokeToken("access-of-ada");
		expect(fake.requests.map(({ headers }) => headers["user-agent"])).toEqual(Array(4).fill(USER_AGENT));
	});

	test.each(["userAgent", "redirectUri"])("need %s", async (name) => {
		expect(await failureOf(provider({ [name]: undefined }).startSignIn(), "INVALID_CONFIG")).toMatchObject({
			message: expect.stringContaining(name),
		});
	});

	test("ask for a refresh token where told", async () => {
		const { url } = await provider({ duration: "permanent" }).startSignIn();
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
	])("has no name with %s", async (_, changes) => {
		const { profile } = await signIn(changes);
		expect(profile).not.toHaveProperty("name");
		expect(profile.username).toBe("ada_example");
	});

	test("has no picture where there is none", async () => {
		expect((await signIn({ icon_img: "" })).profile).not.toHaveProperty("picture");
	});
});
