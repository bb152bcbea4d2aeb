import { readFileSync } from "node:fs";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { CLIENT, FakeProvider, type Recording } from "../../testing/dist/index.js";
import { type DiscordConfig, discord } from "../dist/index.js";

const recording: Recording = JSON.parse(readFileSync(new URL("recording.json", import.meta.url), "utf8"));
const USER_URL = "https://discord.com/api/users/@me";

let fake: FakeProvider;
beforeEach(async () => {
	fake = new FakeProvider(recording);
	await fake.start();
	onTestFinished(() => fake.stop());
});

const provider = (config: Partial<DiscordConfig> = {}) =>
	discord({ ...CLIENT, fetch: fake.fetch, ...config });

/** A whole sign-in of the recorded person, with these fields changed. */
async function signIn(changes: Record<string, unknown> = {}, change: (callback: URL) => void = () => {}) {
	fake.substitutes.set(USER_URL, { answer: { ...recording.user[USER_URL], ...changes } });
	const { url, cookie } = await provider().startSignIn();
	const callback = fake.authorize(url);
	change(callback);
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return provider().handleCallback(new Request(callback, { headers }));
}

describe("the picture", () => {
	test.each([
		["a hash", { avatar: "8342729096ea" }, "avatars/80351110224678912/8342729096ea.png"],
		[
			"an animated one's",
			{ avatar: "a_1269e74af" },
			"avatars/80351110224678912/a_1269e74af.webp?animated=true",
		],
		["none, with a new name", { avatar: null }, "embed/avatars/5.png"],
		[
			"none, with a new name and an id beyond 2^53",
			{ avatar: null, id: "1152921504611041279" },
			"embed/avatars/4.png",
		],
		["none, with an old name", { avatar: null, discriminator: "1337" }, "embed/avatars/2.png"],
		[
			"none, with an old name of a multiple of five",
			{ avatar: null, discriminator: "0005" },
			"embed/avatars/0.png",
		],
	])("of %s", async (_, changes, path) => {
		expect((await signIn(changes)).profile.picture).toBe(`https://cdn.discordapp.com/${path}`);
	});
});

describe("the profile", () => {
	test("has no name where the person has set none", async () => {
		const { profile } = await signIn({ global_name: null });
		expect(profile).not.toHaveProperty("name");
		expect(profile.username).toBe("ada");
	});

	test("says that an address isn't verified", async () => {
		const { profile } = await signIn({ verified: false });
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});

	test("of an account with a phone number alone has no address, and no word about it", async () => {
		for (const email of [null, undefined]) {
			const { profile } = await signIn({ email });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		}
	});

	test("keeps every digit of the id", async () => {
		expect((await signIn({ id: "1152921504606846977" })).providerUserId).toBe("1152921504606846977");
	});
});

test("the redirect URI is needed", async () => {
	const without = provider({ redirectUri: undefined });
	expect((await failureOf(without.startSignIn(), "INVALID_CONFIG")).message).toContain("redirectUri");
});

test("every request has a User-Agent in the form that Discord asks for", async () => {
	await signIn();
	await provider().refreshTokens("a-refresh-token");
	await provider().revokeToken("a-token-to-revoke");
	expect(fake.requests).toHaveLength(4);
	for (const { headers } of fake.requests)
		expect(headers["user-agent"]).toMatch(/^DiscordBot \(https:\/\/\S+, \d+\)$/);
});

test("iss may be there or not, and has to be Discord's", async () => {
	expect(await signIn()).toMatchObject({ providerUserId: "80351110224678912" });
	expect(await signIn({}, (url) => url.searchParams.delete("iss"))).toMatchObject({
		providerUserId: "80351110224678912",
	});
	const elsewhere = signIn({}, (url) => url.searchParams.set("iss", "https://evil.example"));
	await failureOf(elsewhere, "ISSUER_MISMATCH");
});

test("a refresh brings a new refresh token", async () => {
	expect(await provider().refreshTokens("a-refresh-token")).toMatchObject({
		accessToken: recording.refresh?.answer.access_token,
		refreshToken: recording.refresh?.answer.refresh_token,
	});
});
