import { google } from "@oauth/google";
import { Browser } from "@oauth/test-kit/browser";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";

const CLIENT = {
	clientId: "1234567890-abc.apps.googleusercontent.com",
	clientSecret: "GOCSPX-secret-of-the-app",
	redirectUri: "http://localhost:3000/login/google/callback",
};

test("signs in with the emulated Google, whose endpoints are discovered", async () => {
	const emulator = await createEmulator({
		service: "google",
		port: 0,
		seed: {
			google: {
				users: [{ email: "ada@example.com", name: "Ada Example" }],
				oauth_clients: [
					{
						client_id: CLIENT.clientId,
						client_secret: CLIENT.clientSecret,
						name: "Test",
						redirect_uris: [CLIENT.redirectUri],
					},
				],
			},
		},
	});
	onTestFinished(() => emulator.close());
	const provider = google({ ...CLIENT, issuer: emulator.url });
	const signIn = await provider.startSignIn(loginRequest());
	const browser = new Browser(emulator.url);
	const { url } = await browser.submit(await browser.open(signIn.url), "ada@example.com");
	const callback = new Request(url, { headers: { cookie: cookiePair(signIn) } });
	const { profile, tokens } = await provider.handleCallback(callback);
	// A user of another issuer is nobody at Google.
	expect(profile.id).toMatch(new RegExp(`^goog_.+@${emulator.url}$`));
	expect(profile).toMatchObject({ name: "Ada Example", email: "ada@example.com", emailVerified: true });

	const fresh = await provider.refreshTokens(tokens.refreshToken ?? "");
	expect(fresh).toMatchObject({
		refreshToken: tokens.refreshToken,
		accessToken: expect.not.stringMatching(tokens.accessToken),
	});
	await provider.revokeToken(fresh.refreshToken ?? "");
	await failureOf(provider.refreshTokens(fresh.refreshToken ?? ""), "INVALID_GRANT");
});
