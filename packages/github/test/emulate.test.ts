import { github } from "@oauth/github";
import { chooseAccount, emulate, registrationOf } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { expect, test } from "vitest";

const CLIENT = {
	clientId: "Iv1.8a61f9b3a7aba766",
	clientSecret: "secret-of-the-github-app",
	redirectUri: "http://localhost:3000/login/github/callback",
};

test("github signs in with an emulated GitHub, once per code", async () => {
	const url = await emulate("github", {
		users: [{ login: "octoada", name: "Ada Lovelace", email: "ada@example.com" }],
		oauth_apps: [registrationOf(CLIENT)],
	});
	const provider = github({
		...CLIENT,
		baseUrl: url,
		endpoints: { user: `${url}/user`, emails: `${url}/user/emails` },
	});
	const callback = await chooseAccount(provider, url, "octoada");
	expect(await provider.handleCallback(callback)).toMatchObject({
		providerUser: { login: "octoada" },
		profile: { username: "octoada", name: "Ada Lovelace", email: "ada@example.com", emailVerified: true },
		tokens: { scope: ["user:email"] },
		failedRequests: [],
	});
	expect(await failureOf(provider.handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
		providerError: "bad_verification_code",
	});
});
