import { huggingface } from "@oauth/huggingface";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USERINFO = recording.id.in as "https://huggingface.co/oauth/userinfo";
const TOKEN_URL = recording.token.url;

testProvider(huggingface, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the client", () => {
		test.each(["a1b2c3d4-e5f6-7890-abcd-ef1234567890", "https://example.com/.well-known/oauth-cimd"])(
			"a Hugging Face client without a secret is INVALID_CONFIG with the client id %s",
			async (clientId) => {
				const subject = create({ clientId, clientSecret: undefined });
				await failureOf(subject.validateCallback("code"), "INVALID_CONFIG", `"clientSecret" is missing`);
			},
		);
	});

	describe("getAuthorizationUrl", () => {
		test("getAuthorizationUrl asks Hugging Face for the address with email: true only", () => {
			const scope = (email?: boolean) =>
				new URL(create({ email }).getAuthorizationUrl()).searchParams.get("scope");
			expect([scope(), scope(false), scope(true)]).toEqual([
				"openid profile",
				"openid profile",
				"openid profile email",
			]);
		});

		test("getAuthorizationUrl takes the Hugging Face organization whose resources the app needs", () => {
			const url = create().getAuthorizationUrl({ params: { orgIds: "64f0c1d2e3a4b5c6d7e8f901" } });
			expect(new URL(url).searchParams.get("orgIds")).toBe("64f0c1d2e3a4b5c6d7e8f901");
		});
	});

	describe("the user", () => {
		test("the user comes from Hugging Face's userinfo endpoint, not from the ID token", async () => {
			const claims = { sub: "somebody-else", email: "eve@example.com", email_verified: true };
			const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
			fake.substitutes.set(TOKEN_URL, {
				answer: { ...recording.token.answer, id_token: `eyJhbGciOiJub25lIn0.${payload}.` },
			});
			expect(await signIn()).toMatchObject({
				providerUserId: "64f0c1d2e3a4b5c6d7e8f900",
				profile: { email: "ada@example.com" },
			});
		});

		test("a renamed Hugging Face user keeps the id, and another user who takes the old name has another id", async () => {
			const idOf = async (sub: string, preferred_username: string) =>
				(await signIn({ sub, preferred_username })).providerUserId;
			const ids = [await idOf("1a", "ada"), await idOf("1a", "lovelace"), await idOf("2b", "ada")];
			expect(ids).toEqual(["1a", "1a", "2b"]);
		});

		test("a Hugging Face user without the scope email has a profile without an address", async () => {
			const { profile } = await signIn({ email: undefined, email_verified: undefined });
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("providerUser has the organizations as Hugging Face lists them", async () => {
			const { providerUser } = await signIn();
			expect(providerUser).toEqual(recording.user[USERINFO]);
			expect(providerUser.orgs?.map(({ sub, roleInOrg }) => [sub, roleInOrg])).toEqual([
				["64f0c1d2e3a4b5c6d7e8f901", "write"],
			]);
		});
	});

	test("refreshTokens fails with INVALID_GRANT if Hugging Face has rotated the refresh token before", async () => {
		const subject = create();
		const { refreshToken } = await subject.refreshTokens(fake.refreshToken);
		expect(refreshToken).toBe(recording.refresh.answer.refresh_token);
		await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT", "Invalid refresh token");
	});
});
