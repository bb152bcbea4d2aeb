import { nextcloud } from "@oauth/nextcloud";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TOKEN_URL = recording.token.url;
const USER_URL = "https://cloud.example.com/ocs/v2.php/cloud/user?format=json";
const RESPONSE = recording.user[USER_URL];

testProvider(nextcloud, recording, ({ fake, create, signIn, failureOf }) => {
	const signInAs = (data: Record<string, unknown>) => signIn({ ocs: { data } });

	describe("baseUrl", () => {
		test.each([
			["https://cloud.example.com", "https://cloud.example.com", "https://cloud.example.com"],
			["https://Cloud.Example.com:443/?a#b", "https://cloud.example.com", "https://cloud.example.com"],
			["https://example.com/cloud//", "https://example.com/cloud", "https://example.com/cloud"],
			["http://localhost:8080", "http://localhost:8080", "http://localhost:8080"],
			[
				"https://cloud.example.com/index.php",
				"https://cloud.example.com/index.php",
				"https://cloud.example.com",
			],
			[
				"https://cloud.example.com//index.php",
				"https://cloud.example.com//index.php",
				"https://cloud.example.com",
			],
			[
				"https://example.com/cloud/index.php/",
				"https://example.com/cloud/index.php",
				"https://example.com/cloud",
			],
		])("with Nextcloud's baseUrl %s the sign-in is at %s, and the API at %s", async (baseUrl, pages, web) => {
			fake.substitutes.set(`${pages}/apps/oauth2/api/v1/token`, { answer: recording.token.answer });
			fake.substitutes.set(`${web}/ocs/v2.php/cloud/user?format=json`, { answer: RESPONSE });
			const subject = create({ baseUrl });
			expect(subject.apiUrl).toBe(web);
			expect(subject.getAuthorizationUrl().split("?")[0]).toBe(`${pages}/apps/oauth2/authorize`);
			const { providerUserId } = await subject.validateCallback("code");
			expect(providerUserId).toBe(`ada@${web.replace("https://", "")}`);
			expect(fake.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
				`POST ${pages}/apps/oauth2/api/v1/token`,
				`GET ${web}/ocs/v2.php/cloud/user?format=json`,
			]);
		});

		test.each(["", undefined])("a missing baseUrl of Nextcloud (%j) is refused", async (baseUrl) => {
			const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
			expect(message).toContain(`"baseUrl" is missing: is its environment variable set?`);
			expect(fake.requests).toEqual([]);
		});
	});

	describe("the user", () => {
		test("only the request for Nextcloud's user has the header that its API requires", async () => {
			await signIn();
			const having = fake.requests.filter(({ headers }) => headers["ocs-apirequest"] === "true");
			expect(having.map(({ url }) => url)).toEqual([USER_URL]);
		});

		test("providerUser is Nextcloud's user without the envelope", async () => {
			expect((await signIn()).providerUser).toEqual(RESPONSE.ocs.data);
		});

		test.each([
			["ada@example.com", "ada@example.com@cloud.example.com"],
			["ada@other.example.com", "ada@other.example.com@cloud.example.com"],
			["Ada Example", "Ada Example@cloud.example.com"],
			["0", "0@cloud.example.com"],
		])("a Nextcloud user with the login name %j has the id %s", async (id, userId) => {
			expect(await signInAs({ id })).toMatchObject({ providerUserId: userId, profile: { username: id } });
		});

		test("the Nextcloud user comes from the API, not from the user_id in the token response", async () => {
			fake.substitutes.set(TOKEN_URL, { answer: { ...recording.token.answer, user_id: "mallory" } });
			expect((await signIn()).providerUserId).toBe("ada@cloud.example.com");
		});

		test("a Nextcloud user without an e-mail address signs in", async () => {
			expect((await signInAs({ email: null })).profile).not.toHaveProperty("email");
		});

		test("an e-mail address from Nextcloud has no emailVerified, even with fields that say so", async () => {
			const { profile } = await signInAs({ verified: true, email_verified: true });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a Nextcloud response with an empty list in place of the user is refused", async () => {
			fake.substitutes.set(USER_URL, { answer: { ocs: { meta: { status: "failure" }, data: [] } } });
			await failureOf(signIn(), "INVALID_PROFILE");
		});
	});

	describe("refreshTokens", () => {
		const refuse = (error: string) => {
			fake.substitutes.set(TOKEN_URL, { status: 400, answer: { error } });
			return create().refreshTokens("refresh-token-of-the-user");
		};

		test("Nextcloud's error invalid_request for a refresh token is INVALID_GRANT", async () => {
			expect((await failureOf(refuse("invalid_request"), "INVALID_GRANT")).providerError).toBe(
				"invalid_request",
			);
		});

		test("Nextcloud's error invalid_client for a refresh is FAILED_REQUEST", async () => {
			expect((await failureOf(refuse("invalid_client"), "FAILED_REQUEST")).step).toBe("refresh");
		});
	});
});
