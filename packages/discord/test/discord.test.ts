import { discord } from "@oauth/discord";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://discord.com/api/v10/users/@me";
const USER_ID = "80351110224678912";

testProvider(discord, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the picture", () => {
		test.each([
			["a hash", { avatar: "8342729096ea" }, `avatars/${USER_ID}/8342729096ea.png`],
			["an animated hash", { avatar: "a_1269e74af" }, `avatars/${USER_ID}/a_1269e74af.webp?animated=true`],
			["no hash and a new name", { avatar: null }, "embed/avatars/5.png"],
			[
				"no hash, a new name and an id beyond 2^53",
				{ avatar: null, id: "1152921504611041279" },
				"embed/avatars/4.png",
			],
			["no hash and an old name", { avatar: null, discriminator: "1337" }, "embed/avatars/2.png"],
			[
				"no hash and an old name with a multiple of five",
				{ avatar: null, discriminator: "0005" },
				"embed/avatars/0.png",
			],
			["a hash that is not text", { avatar: 8342729096 }, "embed/avatars/5.png"],
			[
				"a discriminator that is not a number",
				{ avatar: null, discriminator: "12.5" },
				"embed/avatars/5.png",
			],
			["no discriminator", { avatar: null, discriminator: undefined }, "embed/avatars/5.png"],
		])("Discord's picture URL is built for a user with %s", async (_, changes, path) => {
			expect((await signIn(changes)).profile.picture).toBe(`https://cdn.discordapp.com/${path}`);
		});

		test("a Discord user whose id is not a number has no default picture", async () => {
			expect((await signIn({ avatar: null, id: "ada" })).profile).not.toHaveProperty("picture");
		});
	});

	describe("the profile", () => {
		test("a Discord user without a display name has no name in the profile", async () => {
			const { profile } = await signIn({ global_name: null });
			expect(profile).not.toHaveProperty("name");
			expect(profile.username).toBe("ada");
		});

		test.each([null, undefined])(
			"a Discord account with only a phone number has no e-mail address (%s)",
			async (email) => {
				const { profile } = await signIn({ email });
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
			},
		);

		test("providerUserId keeps every digit of a Discord id", async () => {
			expect((await signIn({ id: "1152921504606846977" })).providerUserId).toBe("1152921504606846977");
		});

		test("with email: false Discord is not asked for the e-mail address", async () => {
			const config = { email: false };
			expect(new URL(create(config).getAuthorizationUrl()).searchParams.get("scope")).toBe("identify");
			const { profile } = await signIn({ email: undefined, verified: undefined }, { config });
			expect(profile).not.toHaveProperty("email");
		});
	});

	test("every request to Discord has a User-Agent in the form that it asks for", async () => {
		await signIn();
		await create().refreshTokens(fake.refreshToken);
		await create().revokeToken("token-to-revoke");
		expect(fake.requests).toHaveLength(4);
		for (const { headers } of fake.requests)
			expect(headers["user-agent"]).toMatch(/^DiscordBot \(https:\/\/\S+, \d+\)$/);
	});

	test("a callback from Discord may lack iss, but not name another issuer", async () => {
		expect(await signIn({}, { callback: (params) => params.delete("iss") })).toMatchObject({
			providerUserId: USER_ID,
		});
		const elsewhere = signIn({}, { callback: (params) => params.set("iss", "https://evil.example") });
		await failureOf(elsewhere, "ISSUER_MISMATCH");
	});

	describe("errors", () => {
		test("an error that Discord sends only in a header is read", async () => {
			fake.substitutes.set(USER_URL, {
				status: 401,
				headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
				text: "",
			});
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "user", status: 401, providerError: "insufficient_scope" });
			expect(error.message).toContain("insufficient_scope");
		});

		test("an error for Discord's rate limit has retryAfter", async () => {
			fake.substitutes.set(recording.token.url, {
				status: 429,
				headers: { "retry-after": "57" },
				answer: { message: "You are being rate limited.", retry_after: 56.4, global: false },
			});
			const error = await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", status: 429, retryAfter: 57 });
		});
	});

	test("refreshTokens returns Discord's new refresh token", async () => {
		expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({
			accessToken: recording.refresh.answer.access_token,
			refreshToken: recording.refresh.answer.refresh_token,
		});
	});
});
