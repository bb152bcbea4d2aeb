import { asana } from "@oauth/asana";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const { token, revocation } = recording;

testProvider(asana, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("the Asana user comes from the userinfo endpoint, not from the token response or its ID token", async () => {
			const claims = { sub: "666", email: "eve@example.com" };
			const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
			fake.substitutes.set(token.url, {
				answer: {
					...token.answer,
					data: { id: 666, gid: "666", name: "Eve", email: "eve@example.com" },
					id_token: `eyJhbGciOiJub25lIn0.${payload}.`,
				},
			});
			expect((await signIn()).profile).toEqual(recording.profile);
		});

		test("the profile has no address without the scope email, although Asana's token response has one", async () => {
			const { profile, tokens } = await signIn({ email: undefined });
			expect(tokens.raw.data).toMatchObject({ email: "ada@example.com" });
			expect(profile).not.toHaveProperty("email");
		});

		test("an e-mail address from Asana has no emailVerified, even with a claim that Asana does not document", async () => {
			const { profile } = await signIn({ email_verified: true });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("an Asana user without a photo has no picture", async () => {
			expect((await signIn({ picture: null })).profile).not.toHaveProperty("picture");
		});
	});

	describe("the tokens", () => {
		test("refreshTokens keeps the refresh token, because Asana sends no new one", async () => {
			const { refreshToken, accessToken } = await create().refreshTokens(fake.refreshToken);
			expect(accessToken).toBe(recording.refresh.answer.access_token);
			expect(refreshToken).toBe(fake.refreshToken);
		});

		test("revokeToken fails if Asana refuses the token with status 400, as it does for an access token", async () => {
			fake.substitutes.set(revocation.url, { status: 400, answer: {} });
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 400 });
		});
	});
});
