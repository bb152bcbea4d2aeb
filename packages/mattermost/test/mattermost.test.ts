import { mattermost } from "@oauth/mattermost";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TOKEN_URL = recording.token.url;
const USER_URL = "https://mattermost.example.com/api/v4/users/me";

testProvider(mattermost, recording, ({ fake, create, signIn, failureOf }) => {
	describe("baseUrl", () => {
		test.each([
			["https://chat.example.com", "https://chat.example.com", "chat.example.com"],
			["https://Chat.Example.com:443/?a#b", "https://chat.example.com", "chat.example.com"],
			["https://example.com/chat//", "https://example.com/chat", "example.com/chat"],
			["https://chat.example.com:8065", "https://chat.example.com:8065", "chat.example.com:8065"],
			["http://localhost:8065", "http://localhost:8065", "http://localhost:8065"],
		])(
			"with Mattermost's baseUrl %s every endpoint is at %s, and the user's server is %s",
			async (baseUrl, web, server) => {
				fake.substitutes.set(`${web}/oauth/access_token`, { answer: recording.token.answer });
				fake.substitutes.set(`${web}/api/v4/users/me`, { answer: recording.user[USER_URL] });
				const subject = create({ baseUrl });
				expect(subject.apiUrl).toBe(`${web}/api/v4`);
				expect(subject.getAuthorizationUrl().split("?")[0]).toBe(`${web}/oauth/authorize`);
				const { providerUserId } = await subject.validateCallback("code");
				expect(providerUserId).toBe(`x7pqu1c7ebf5zd8f6rqw9s3h1a@${server}`);
				expect(fake.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
					`POST ${web}/oauth/access_token`,
					`GET ${web}/api/v4/users/me`,
				]);
			},
		);

		test.each(["", undefined])("a missing baseUrl of Mattermost (%j) is refused", async (baseUrl) => {
			const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
			expect(message).toContain(`"baseUrl" is missing: is its environment variable set?`);
			expect(fake.requests).toEqual([]);
		});
	});

	describe("the user", () => {
		test("a deactivated Mattermost account is refused, and the message says so", async () => {
			const error = await failureOf(signIn({ delete_at: 1767225800000 }), "FAILED_REQUEST");
			expect(error).toMatchObject({ provider: "mattermost", step: "user" });
			expect(error.message).toContain("the account is deactivated");
			expect(error.message).toContain("The user has to ask the provider");
		});

		test("an error of Mattermost with status 200 signs nobody in, although it has an id", async () => {
			const { answer } = recording.tokenError;
			fake.substitutes.set(USER_URL, { answer });
			await failureOf(signIn(), "FAILED_REQUEST", answer.message);
		});

		test("a Mattermost account without delete_at signs in", async () => {
			expect((await signIn({ delete_at: undefined })).profile.username).toBe("ada");
		});

		test.each([
			["Ada", "Example", "Countess", "Ada Example"],
			["Ada", "", "Countess", "Ada"],
			["", "Example", "Countess", "Example"],
			["", "", "Countess", undefined],
			[null, 1, "Countess", undefined],
		])(
			"the Mattermost user with the names %j, %j and %j is called %s",
			async (first_name, last_name, nickname, name) => {
				const { profile } = await signIn({ first_name, last_name, nickname });
				expect(profile.name).toBe(name);
				expect(profile.givenName).toBe(first_name || undefined);
			},
		);

		test.each([
			[true, true],
			[false, false],
			[undefined, false],
			[null, false],
		])(
			"the emailVerified of a Mattermost user with email_verified %j is %j",
			async (email_verified, verified) => {
				expect((await signIn({ email_verified })).profile).toMatchObject({
					email: "ada@example.com",
					emailVerified: verified,
				});
			},
		);
	});

	test("an empty text in Mattermost's token response is absent from the tokens", async () => {
		fake.substitutes.set(TOKEN_URL, { answer: { ...recording.token.answer, refresh_token: "" } });
		const { tokens } = await signIn();
		expect(tokens).not.toHaveProperty("refreshToken");
		expect(tokens).not.toHaveProperty("idToken");
		expect(tokens.scope ?? []).toEqual([]);
	});

	test("a user who declines at Mattermost is ACCESS_DENIED, although the callback has no state", async () => {
		const declined = signIn(
			{},
			{
				callback: (params) => {
					for (const name of [...params.keys()]) params.delete(name);
					params.set("error", "access_denied");
				},
			},
		);
		await failureOf(declined, "ACCESS_DENIED");
		expect(fake.requests).toEqual([]);
	});

	describe("refreshTokens", () => {
		const refuse = (status: number, name: string, message: string) => {
			const id = `api.oauth.get_access_token.${name}.app_error`;
			const answer = { id, message, detailed_error: "", request_id: "", status_code: status };
			fake.substitutes.set(TOKEN_URL, { status, answer });
			return create().refreshTokens("refresh-token-of-the-user");
		};

		test.each([
			[404, "refresh_token", "invalid_grant: Invalid refresh token."],
			[404, "refresh_token", "invalid_grant: Ungültiges Refresh Token."],
			[400, "client_id_mismatch", "invalid_grant: Token grant was not issued to this client."],
			[403, "expired_code", "invalid_grant: Invalid or expired authorization code."],
		])("Mattermost's error %i %s for a refresh (%s) is INVALID_GRANT", async (status, name, message) => {
			expect(await failureOf(refuse(status, name, message), "INVALID_GRANT")).toMatchObject({
				status,
				providerError: `api.oauth.get_access_token.${name}.app_error`,
			});
		});

		test.each([
			[403, "credentials", "invalid_client: Invalid client credentials."],
			[404, "credentials", "invalid_client: Invalid client credentials."],
			[
				404,
				"internal_user",
				"server_error: Encountered internal server error while pulling user from database.",
			],
			[501, "disabled", "The system admin has turned off OAuth2 Service Provider."],
		])("Mattermost's error %i %s for a refresh is FAILED_REQUEST", async (status, name, message) => {
			const error = await failureOf(refuse(status, name, message), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", status, providerErrorDescription: message });
		});
	});
});
