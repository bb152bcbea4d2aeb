import { gitea } from "@oauth/gitea";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TOKEN_URL = recording.token.url;
const USER_URL = "https://git.example.com/api/v1/user";

testProvider(gitea, recording, ({ fake, create, signIn, failureOf }) => {
	describe("baseUrl", () => {
		test.each([
			["https://git.example.com", "https://git.example.com", "4711@git.example.com"],
			["https://Git.Example.com:443/?a#b", "https://git.example.com", "4711@git.example.com"],
			["https://codeberg.org/", "https://codeberg.org", "4711@codeberg.org"],
			["https://example.com/git//", "https://example.com/git", "4711@example.com/git"],
			["https://git.example.com:3000", "https://git.example.com:3000", "4711@git.example.com:3000"],
			["http://localhost:3000", "http://localhost:3000", "4711@http://localhost:3000"],
		])("Gitea's baseUrl %s puts every endpoint at %s, and the user is %s", async (baseUrl, web, userId) => {
			fake.substitutes.set(`${web}/login/oauth/access_token`, { answer: recording.token.answer });
			fake.substitutes.set(`${web}/api/v1/user`, { answer: recording.user[USER_URL] });
			const subject = create({ baseUrl });
			expect(subject.getAuthorizationUrl().split("?")[0]).toBe(`${web}/login/oauth/authorize`);
			expect((await subject.validateCallback("code")).providerUserId).toBe(userId);
			expect(fake.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
				`POST ${web}/login/oauth/access_token`,
				`GET ${web}/api/v1/user`,
			]);
		});

		test.each(["", undefined])("Gitea needs a baseUrl (%j), and never takes gitea.com", async (baseUrl) => {
			const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
			expect(message).toContain(`"baseUrl" is missing: is its environment variable set?`);
			expect(fake.requests).toEqual([]);
		});
	});

	describe("the user", () => {
		test("a Gitea user without a full name and a language has neither in the profile", async () => {
			const { profile } = await signIn({ full_name: "", language: "" });
			expect(profile).not.toHaveProperty("name");
			expect(profile).not.toHaveProperty("locale");
			expect(profile.username).toBe("ada");
		});

		test("a Gitea user of an old server, without html_url, has no url", async () => {
			expect((await signIn({ html_url: undefined })).profile).not.toHaveProperty("url");
		});

		test("an e-mail address from Gitea has no emailVerified, even with fields that say so", async () => {
			const { profile } = await signIn({ active: true, verified: true, email_verified: true });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a Gitea account that may not sign in is refused with the server's reason", async () => {
			const message = "This account is prohibited from signing in, please contact your site administrator.";
			fake.substitutes.set(USER_URL, { status: 403, answer: { message } });
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "user", status: 403, providerErrorDescription: message });
		});
	});

	describe("refreshTokens", () => {
		const refuse = (error: string, error_description: string) => {
			fake.substitutes.set(TOKEN_URL, { status: 400, answer: { error, error_description } });
			return create().refreshTokens("refresh-token-of-the-user");
		};

		test.each([
			["unauthorized_client", "unable to parse refresh token"],
			["unauthorized_client", "token was already used"],
			["invalid_grant", "grant does not exist"],
		])("Gitea's error %s for a refresh token (%s) is INVALID_GRANT", async (error, description) => {
			expect(await failureOf(refuse(error, description), "INVALID_GRANT")).toMatchObject({
				providerError: error,
				providerErrorDescription: description,
			});
		});

		test.each([
			["unauthorized_client", "invalid client secret"],
			["invalid_client", "invalid client secret"],
			["invalid_client", `cannot load client with client id: "client-id-of-the-app"`],
		])("Gitea's error %s for a refresh (%s) is FAILED_REQUEST", async (error, description) => {
			expect(await failureOf(refuse(error, description), "FAILED_REQUEST")).toMatchObject({
				step: "refresh",
				providerError: error,
			});
		});
	});
});
