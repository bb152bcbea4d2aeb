import { google } from "@oauth/google";
import { chooseAccount, emulate, registrationOf } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { expect, test } from "vitest";

const CLIENT = {
	clientId: "1234567890-abc.apps.googleusercontent.com",
	clientSecret: "GOCSPX-secret-of-the-app",
	redirectUri: "http://localhost:3000/login/google/callback",
};

test("google signs in with an emulated Google, whose endpoints it discovers", async () => {
	const url = await emulate("google", {
		users: [{ email: "ada@example.com", name: "Ada Example" }],
		oauth_clients: [registrationOf(CLIENT)],
	});
	const provider = google({ ...CLIENT, issuer: url });
	const callback = await chooseAccount(provider, url, "ada@example.com");
	const { profile, tokens } = await provider.handleCallback(callback);
	// The id names the issuer, so that a user of another issuer can't be taken for one of Google's.
	expect(profile.id).toMatch(new RegExp(`^goog_.+@${url}$`));
	expect(profile).toMatchObject({ name: "Ada Example", email: "ada@example.com", emailVerified: true });

	const fresh = await provider.refreshTokens(tokens.refreshToken ?? "");
	expect(fresh).toMatchObject({
		refreshToken: tokens.refreshToken,
		accessToken: expect.not.stringMatching(tokens.accessToken),
	});
	await provider.revokeToken(fresh.refreshToken ?? "");
	await failureOf(provider.refreshTokens(fresh.refreshToken ?? ""), "INVALID_GRANT");
});
