import { gitlab } from "@oauth/gitlab";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://gitlab.com/api/v4/user";

testProvider(gitlab, recording, ({ fake, create, signIn, failureOf }) => {
	/** Lets another GitLab respond as gitlab.com does. */
	function serveAt(web: string) {
		fake.substitutes.set(`${web}/oauth/token`, { answer: recording.token.answer });
		fake.substitutes.set(`${web}/api/v4/user`, { answer: recording.user[USER_URL] });
		fake.substitutes.set(`${web}/oauth/revoke`, { answer: {} });
	}

	describe("baseUrl", () => {
		test.each([
			[undefined, "https://gitlab.com", "4711"],
			["https://gitlab.com", "https://gitlab.com", "4711"],
			["https://GitLab.com/", "https://gitlab.com", "4711"],
			["https://gitlab.com:443", "https://gitlab.com", "4711"],
			["https://gitlab.example.com", "https://gitlab.example.com", "4711@gitlab.example.com"],
			["https://GitLab.Example.com/?a#b", "https://gitlab.example.com", "4711@gitlab.example.com"],
			["https://example.com/gitlab/", "https://example.com/gitlab", "4711@example.com/gitlab"],
			["http://gitlab.com", "http://gitlab.com", "4711@http://gitlab.com"],
		])("with the baseUrl %s every endpoint is at %s, and the user is %s", async (baseUrl, web, userId) => {
			serveAt(web);
			const subject = create({ baseUrl });
			expect(subject.getAuthorizationUrl().split("?")[0]).toBe(`${web}/oauth/authorize`);
			expect((await subject.validateCallback("code")).providerUserId).toBe(userId);
			await subject.revokeToken("token-to-revoke");
			expect(fake.requests.map(({ method, url }) => `${method} ${url}`)).toEqual([
				`POST ${web}/oauth/token`,
				`GET ${web}/api/v4/user`,
				`POST ${web}/oauth/revoke`,
			]);
		});

		test.each(["", "gitlab.example.com", "ftp://gitlab.example.com", "https://"])(
			"the baseUrl %j is refused, and the message says what it must be",
			async (baseUrl) => {
				const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
				expect(message).toContain(`"baseUrl" must be a URL that begins with https://`);
			},
		);
	});

	test("getAuthorizationUrl takes the GitLab group whose single sign-on applies", () => {
		const url = create().getAuthorizationUrl({ params: { root_namespace_id: "42" } });
		expect(new URL(url).searchParams.get("root_namespace_id")).toBe("42");
	});

	test.each([
		["2025-01-01T00:00:00.000Z", true],
		["2025-01-01T00:00:00.000+01:00", true],
		[null, false],
		[undefined, false],
		["", false],
		["false", false],
		["0", false],
		[0, false],
		[1735689600, false],
		[true, false],
		[{}, false],
		[["2025-01-01T00:00:00.000Z"], false],
	])("the emailVerified of a GitLab user with confirmed_at %j is %j", async (confirmed_at, verified) => {
		expect((await signIn({ confirmed_at })).profile).toMatchObject({
			email: "ada@example.com",
			emailVerified: verified,
		});
	});

	describe("the account", () => {
		test.each(["blocked", "banned", "deactivated", "ldap_blocked", "blocked_pending_approval"])(
			"a GitLab account that is %s is refused, and the message says so",
			async (state) => {
				const error = await failureOf(signIn({ state }), "FAILED_REQUEST");
				expect(error).toMatchObject({ provider: "gitlab", step: "user" });
				expect(error.message).toContain(`the account is "${state}" and not "active"`);
			},
		);

		test("a GitLab account without a state signs in, because an old GitLab may not send it", async () => {
			expect((await signIn({ state: undefined })).providerUserId).toBe("4711");
		});

		test("an error in the form of GitLab's API has only a description", async () => {
			fake.substitutes.set(USER_URL, { status: 401, answer: { message: "401 Unauthorized" } });
			const error = await failureOf(signIn(), "FAILED_REQUEST");
			expect(error).toMatchObject({
				step: "user",
				status: 401,
				providerErrorDescription: "401 Unauthorized",
			});
			expect(error).not.toHaveProperty("providerError");
		});

		test("a GitLab account locked after wrong passwords signs in, and providerUser says so", async () => {
			expect((await signIn({ locked: true })).providerUser.locked).toBe(true);
		});

		test("a GitLab account without a picture and a language has neither in the profile", async () => {
			const { profile } = await signIn({ avatar_url: null, preferred_language: null });
			expect(profile).not.toHaveProperty("picture");
			expect(profile).not.toHaveProperty("locale");
		});
	});

	test("a callback from GitLab may lack iss, but not name another issuer", async () => {
		const back = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
		expect((await back("https://gitlab.com")).providerUserId).toBe("4711");
		await failureOf(back("https://gitlab.example.com"), "ISSUER_MISMATCH");
	});

	test("GitLab's access token lives for two hours, and is sent in the Authorization header", async () => {
		const before = Date.now();
		const { tokens } = await signIn();
		expect(tokens.expiresAt?.getTime()).toBeGreaterThanOrEqual(before + 7_200_000);
		const user = fake.requests.find(({ url }) => url === USER_URL);
		expect(user?.headers.authorization).toBe(`Bearer ${recording.token.answer.access_token}`);
	});
});
