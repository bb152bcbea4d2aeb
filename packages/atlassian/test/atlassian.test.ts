import { atlassian } from "@oauth/atlassian";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.atlassian.com/me";
const ID = "557058:112233aa-bb11-cc22-33dd-445566abcabc";

testProvider(atlassian, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the authorization request", () => {
		const paramsFor = (options: object) => new URL(create().getAuthorizationUrl(options)).searchParams;

		test("getAuthorizationUrl asks Atlassian for the consent page, unless the app names another prompt", () => {
			expect(paramsFor({}).get("prompt")).toBe("consent");
			expect(paramsFor({ prompt: "login" }).getAll("prompt")).toEqual(["login"]);
		});

		test("the config's scope offline_access asks Atlassian for a refresh token too", () => {
			const url = create({ scope: ["offline_access"] }).getAuthorizationUrl();
			expect(new URL(url).searchParams.get("scope")).toBe("read:me offline_access");
		});

		test("Atlassian's audience is the API, also for a scope of a product", () => {
			expect(paramsFor({ scope: ["read:jira-work"] }).get("audience")).toBe("api.atlassian.com");
		});
	});

	describe("the user", () => {
		test.each([ID, "5b10ac8d82e05b22cc7d4ef5", "712020:0e99e87f-9022-4f2e-b0f1-8e4fd6ae9e12"])(
			"the id of an Atlassian user is the account_id %s as it is",
			async (account_id) => {
				expect((await signIn({ account_id })).providerUserId).toBe(account_id);
			},
		);

		test("an Atlassian user who takes another's nickname, name and address keeps the id", async () => {
			const changes = { nickname: "ada", name: "Ada Lovelace", email: "ada@example.com" };
			expect((await signIn(changes)).providerUserId).toBe(ID);
		});

		test("an Atlassian user without an account_id, or with the one of all damaged records, is refused", async () => {
			for (const account_id of [undefined, null, "", "unknown"])
				await failureOf(signIn({ account_id }), "INVALID_PROFILE");
		});

		test.each(["inactive", "closed"])(
			"an Atlassian account that is %s is refused, and the message says so",
			async (account_status) => {
				const error = await failureOf(signIn({ account_status }), "FAILED_REQUEST");
				expect(error).toMatchObject({ provider: "atlassian", step: "user" });
				expect(error.message).toContain(`the account is ${account_status}`);
			},
		);

		test("an Atlassian account without a status signs in", async () => {
			expect((await signIn({ account_status: undefined })).providerUserId).toBe(ID);
		});

		test("an Atlassian user who hides everything has a profile with the id alone", async () => {
			const { account_id } = recording.user[USER_URL];
			fake.substitutes.set(USER_URL, { answer: { account_type: "atlassian", account_id } });
			expect((await signIn()).profile).toEqual({ id: ID });
		});
	});

	describe("the e-mail address", () => {
		test("an Atlassian user without email_verified, as Atlassian documents it, has no emailVerified", async () => {
			const { profile } = await signIn();
			expect(profile.email).toBe("mia@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test.each([
			[true, true],
			["true", true],
			[false, false],
			["false", false],
			[1, undefined],
			["yes", undefined],
			[null, undefined],
		])(
			"the emailVerified of an Atlassian user with email_verified %j is %j",
			async (email_verified, verified) => {
				expect((await signIn({ email_verified })).profile.emailVerified).toBe(verified);
			},
		);

		test("an Atlassian user who hides the address has no emailVerified, even if email_verified is true", async () => {
			for (const email of [undefined, null, ""])
				expect((await signIn({ email, email_verified: true })).profile).not.toHaveProperty("emailVerified");
		});
	});

	describe("the tokens", () => {
		test("Atlassian's token endpoint gets the code and the client's secret as JSON", async () => {
			await signIn();
			const sent = fake.requests.find(({ url }) => url === recording.token.url);
			expect(sent?.headers["content-type"]).toBe("application/json");
			expect(JSON.parse(sent?.body ?? "")).toEqual({
				grant_type: "authorization_code",
				code: expect.any(String),
				code_verifier: expect.any(String),
				redirect_uri: CLIENT.redirectUri,
				client_id: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
			});
		});

		test("an Atlassian sign-in without offline_access has no refresh token, and its token type is Bearer", async () => {
			const { tokens } = await signIn();
			expect(tokens).not.toHaveProperty("refreshToken");
			expect(tokens).toMatchObject({ tokenType: "Bearer", scope: ["read:me"] });
		});

		test.each([
			{ error: "invalid_grant", error_description: "Unknown or invalid refresh token." },
			{ error: "unauthorized_client", error_description: "refresh_token is invalid" },
		])("refreshTokens fails with INVALID_GRANT if Atlassian responds %j", async (answer) => {
			fake.substitutes.set(recording.token.url, { status: 403, answer });
			const error = await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
			expect(error).toMatchObject({ step: "refresh", status: 403, providerError: answer.error });
		});

		test.each([
			[401, { error: "access_denied", error_description: "Unauthorized" }],
			[403, { error: "unauthorized_client", error_description: "Grant type not allowed for the client." }],
		])(
			"refreshTokens fails with FAILED_REQUEST if Atlassian refuses the client with %i %j",
			async (status, answer) => {
				fake.substitutes.set(recording.token.url, { status, answer });
				const error = await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
				expect(error).toMatchObject({ step: "refresh", status, providerError: answer.error });
			},
		);

		test("a wrong secret at Atlassian is not taken for a user who declined", async () => {
			const answer = { error: "access_denied", error_description: "Unauthorized" };
			fake.substitutes.set(recording.token.url, { status: 401, answer });
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "token", status: 401 });
		});
	});
});
