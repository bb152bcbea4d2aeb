import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { CLIENT, FakeProvider, type Json, type Recording } from "../../testing/dist/index.js";
import { type SpotifyConfig, spotify } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const USER_URL = "https://api.spotify.com/v1/me";
const USER = recording.user[USER_URL] as Record<string, unknown>;

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<SpotifyConfig> = {}) =>
	spotify({ ...CLIENT, fetch: fake.fetch, ...config });

/** A whole sign-in, at whose end Spotify says this about the person. */
async function signIn(answer: Json, status = 200) {
	fake.substitutes.set(USER_URL, { status, answer });
	const { url, cookie } = await provider().startSignIn();
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return provider().handleCallback(new Request(fake.authorize(url), { headers }));
}

describe("the user's id", () => {
	test("stays when the user name changes", async () => {
		expect((await signIn({ ...USER, id: "robin.renamed" })).providerUserId).toBe("eXaMpLe123");
	});

	test("is never the user name: that of one can be the account id of another", async () => {
		for (const account_id of [undefined, null, ""])
			await failureOf(signIn({ ...USER, account_id, id: "eXaMpLe123" }), "INVALID_PROFILE");
	});
});

describe("the profile", () => {
	test("says nothing about whether the address is verified", async () => {
		const { profile } = await signIn(USER);
		expect(profile.email).toBe("robin@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("for an app in development mode has no address", async () => {
		const { email, country, product, followers, explicit_content, ...user } = USER;
		const { profile } = await signIn(user);
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
		expect((await signIn({ ...USER, images })).profile.picture).toBe("large");
	});

	test("of a person without a name and a picture has neither", async () => {
		const { profile } = await signIn({ ...USER, display_name: null, images: [] });
		expect(profile).not.toHaveProperty("name");
		expect(profile).not.toHaveProperty("picture");
	});

	test("needs no more than the ids", async () => {
		const { profile } = await signIn({ account_id: "eXaMpLe123", id: "robin.field" });
		expect(profile).toEqual({ id: "eXaMpLe123", username: "robin.field" });
	});
});

test("the redirect URI is needed", async () => {
	const without = provider({ redirectUri: undefined });
	expect((await failureOf(without.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
});

test("a person whom the app may not sign in yet ends in an error that says why", async () => {
	const refused = { error: { status: 403, message: "User not registered in the Developer Dashboard" } };
	expect(await failureOf(signIn(refused, 403), "FAILED_REQUEST")).toMatchObject({
		step: "user",
		status: 403,
		providerErrorDescription: "User not registered in the Developer Dashboard",
	});
});

test("a refresh token is kept until Spotify sends another", async () => {
	expect(await provider().refreshTokens("AQCold-of-robin")).toMatchObject({
		refreshToken: "AQCold-of-robin",
	});
	fake.substitutes.set("https://accounts.spotify.com/api/token", {
		answer: { ...recording.refresh?.answer, refresh_token: "AQCnew-of-robin" },
	});
	expect(await provider().refreshTokens("AQCold-of-robin")).toMatchObject({
		refreshToken: "AQCnew-of-robin",
	});
});
