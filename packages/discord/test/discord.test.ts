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
		])("of a user with %s", async (_, changes, path) => {
			expect((await signIn(changes)).profile.picture).toBe(`https://cdn.discordapp.com/${path}`);
		});

		test("of a user whose id is not a number is absent", async () => {
			expect((await signIn({ avatar: null, id: "ada" })).profile).not.toHaveProperty("picture");
		});
	});

	describe("the profile", () => {
		test("has no name where the user has set none", async () => {
			const { profile } = await signIn({ global_name: null });
			expect(profile).not.toHaveProperty("name");
			expect(profile.username).toBe("ada");
		});

		test.each([null, undefined])(
			"of an account with a phone number alone has no address (%s)",
			async (email) => {
				const { profile } = await signIn({ email });
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
			},
		);

		test("keeps every digit of the id", async () => {
			expect((await signIn({ id: "1152921504606846977" })).providerUserId).toBe("1152921504606846977");
		});

		test("of a sign-in without the address has none", async () => {
			const config = { email: false };
			expect(new URL(create(config).getAuthorizationUrl()).searchParams.get("scope")).toBe("identify");
			const { profile } = await signIn({ email: undefined, verified: undefined }, { config });
			expect(profile).not.toHaveProperty("email");
		});
	});

	test("every request has a User-Agent in the form that Discord asks for", async () => {
		await signIn();
		await create().refreshTokens(fake.refreshToken);
		await create().revokeToken("token-to-revoke");
		expect(fake.requests).toHaveLength(4);
		for (const { headers } of fake.requests)
			expect(headers["user-agent"]).toMatch(/^DiscordBot \(https:\/\/\S+, \d+\)$/);
	});

	test("iss may be missing, and otherwise has to be Discord's", async () => {
		expect(await signIn({}, { callback: (params) => params.delete("iss") })).toMatchObject({
			providerUserId: USER_ID,
		});
		const elsewhere = signIn({}, { callback: (params) => params.set("iss", "https://evil.example") });
		await failureOf(elsewhere, "ISSUER_MISMATCH");
	});

	describe("an error", () => {
		test("that stands in a header alone is read", async () => {
			fake.substitutes.set(USER_URL, {
				status: 401,
				headers: { "www-authenticate": 'Bearer error="insufficient_scope"' },
				text: "",
			});
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "user", status: 401, providerError: "insufficient_scope" });
			expect(error.message).toContain("insufficient_scope");
		});

		test("of a rate limit says how long to wait", async () => {
			fake.substitutes.set(recording.token.url, {
				status: 429,
				headers: { "retry-after": "57" },
				answer: { message: "You are being rate limited.", retry_after: 56.4, global: false },
			});
			const error = await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", status: 429, retryAfter: 57 });
		});
	});

	test("a refresh brings a new refresh token", async () => {
		expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({
			accessToken: recording.refresh.answer.access_token,
			refreshToken: recording.refresh.answer.refresh_token,
		});
	});
});
