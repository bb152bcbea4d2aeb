import { github } from "@oauth/github";
import { Browser } from "@oauth/test-kit/browser";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { createEmulator } from "emulate";
import { expect, onTestFinished, test } from "vitest";

const CLIENT = {
	clientId: "Iv1.8a61f9b3a7aba766",
	clientSecret: "secret-of-the-github-app",
	redirectUri: "http://localhost:3000/login/github/callback",
};

test("signs in with the emulated GitHub, once per code", async () => {
	const emulator = await createEmulator({
		service: "github",
		port: 0,
		seed: {
			github: {
				users: [{ login: "octoada", name: "Ada Lovelace", email: "ada@example.com" }],
				oauth_apps: [
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
	const provider = github({
		...CLIENT,
		baseUrl: emulator.url,
		endpoints: { user: `${emulator.url}/user`, emails: `${emulator.url}/user/emails` },
	});

	const signIn = await provider.startSignIn(loginRequest());
	const browser = new Browser(emulator.url);
	const { url } = await browser.submit(await browser.open(signIn.url), "octoada");
	const callback = () => new Request(url, { headers: { cookie: cookiePair(signIn) } });
	expect(await provider.handleCallback(callback())).toMatchObject({
		providerUser: { login: "octoada" },
		profile: { username: "octoada", name: "Ada Lovelace", email: "ada@example.com", emailVerified: true },
		tokens: { scope: ["user:email"] },
		failedRequests: [],
	});
	expect(await failureOf(provider.handleCallback(callback()), "FAILED_REQUEST")).toMatchObject({
		providerError: "bad_verification_code",
	});
});
