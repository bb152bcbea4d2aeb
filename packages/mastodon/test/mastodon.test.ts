import { type MastodonAppSettings, mastodon, registerMastodonApp } from "@oauth/mastodon";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://mastodon.example/api/v1/accounts/verify_credentials";
const APPS_URL = "https://mastodon.example/api/v1/apps";
const USER = recording.user[USER_URL];

/** @see https://docs.joinmastodon.org/entities/Application/#CredentialApplication */
const APP = {
	id: "563419",
	name: "Example",
	website: "https://app.example",
	scopes: ["read:accounts"],
	redirect_uris: [CLIENT.redirectUri],
	client_id: "TWhM-client-id-of-this-server",
	client_secret: "ZEaF-client-secret-of-this-server",
	client_secret_expires_at: 0,
};

const WRONG_URLS = ["mastodon.social", "ftp://mastodon.social", "https://", "@ada@mastodon.social"];

testProvider(mastodon, recording, ({ fake, create, signIn, failureOf }) => {
	/** Lets another server respond as the recorded one does, and returns the provider there. */
	function createAt(baseUrl: string, user: object = USER) {
		const { origin } = new URL(baseUrl);
		fake.substitutes.set(`${origin}/oauth/token`, { answer: recording.token.answer });
		fake.substitutes.set(`${origin}/api/v1/accounts/verify_credentials`, { answer: user });
		return create({ baseUrl });
	}

	describe("the user's id", () => {
		test.each([
			["https://mastodon.social", "110000000000000001@mastodon.social"],
			["https://mastodon.social/", "110000000000000001@mastodon.social"],
			["https://Mastodon.Social:443", "110000000000000001@mastodon.social"],
			["https://mastodon.social/@ada", "110000000000000001@mastodon.social"],
			["https://mastodon.social:8443", "110000000000000001@mastodon.social:8443"],
			["http://mastodon.social", "110000000000000001@http://mastodon.social"],
			["https://mastodon.social@evil.example", "110000000000000001@evil.example"],
		])("the id of a user at %s is %s", async (baseUrl, userId) => {
			expect((await createAt(baseUrl).validateCallback("code")).providerUserId).toBe(userId);
		});

		test("a server cannot give its user the id of another server's user", async () => {
			const evil = createAt("https://evil.example", { ...USER, id: "1@mastodon.social" });
			expect((await evil.validateCallback("code")).providerUserId).toBe("1@mastodon.social@evil.example");
		});
	});

	describe("the server", () => {
		test.each(WRONG_URLS)(
			"the baseUrl %j is refused, and the message says what it must be",
			async (baseUrl) => {
				const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
				expect(message).toContain(`"baseUrl" must be a URL that begins with https://`);
			},
		);

		test.each(["", undefined])(
			"a missing baseUrl (%j) is reported as an environment variable that is not set",
			async (baseUrl) => {
				const { message } = await failureOf(create({ baseUrl }).validateCallback("code"), "INVALID_CONFIG");
				expect(message).toContain(`"baseUrl" is missing: is its environment variable set?`);
			},
		);

		test("getAuthorizationUrl takes Mastodon's own parameters", () => {
			const url = create().getAuthorizationUrl({ params: { force_login: "true", lang: "de" } });
			expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
				force_login: "true",
				lang: "de",
			});
		});

		test("iss in a callback from Mastodon must be the server's URL with a slash at the end", async () => {
			const back = (iss: string) => signIn({}, { callback: (params) => params.set("iss", iss) });
			expect((await back("https://mastodon.example/")).providerUser).toEqual(USER);
			await failureOf(back("https://mastodon.social/"), "ISSUER_MISMATCH");
			await failureOf(back("https://mastodon.example"), "ISSUER_MISMATCH");
		});

		test("handleCallback refuses a sign-in that began at another server", async () => {
			const login = new Request("http://localhost:3000/login");
			const callback = fake.answer(await create().startSignIn(login));
			const another = createAt("https://mastodon.social").handleCallback(callback);
			await failureOf(another, "FLOW_MISMATCH");
			expect(fake.requests).toEqual([]);
		});
	});

	test("a Mastodon user with an empty display name has the username as name", async () => {
		expect((await signIn({ display_name: "" })).profile).toMatchObject({ username: "ada", name: "ada" });
	});

	describe("the access token", () => {
		test("Mastodon's access token comes without an expiry date and a refresh token", async () => {
			const { tokens } = await signIn();
			expect(tokens).not.toHaveProperty("expiresAt");
			expect(tokens).not.toHaveProperty("refreshToken");
		});

		test("revokeToken fails for a token of another app", async () => {
			fake.substitutes.set(recording.revocation.url, {
				status: 403,
				answer: {
					error: "unauthorized_client",
					error_description: "You are not authorized to revoke this token",
				},
			});
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 403, providerError: "unauthorized_client" });
		});
	});

	describe("registerMastodonApp", () => {
		const register = (settings: Partial<MastodonAppSettings> = {}) =>
			registerMastodonApp({
				baseUrl: "https://Mastodon.example/about",
				name: "Example",
				redirectUri: CLIENT.redirectUri,
				fetch: fake.fetch,
				...settings,
			});
		const respondWith = (answer: unknown, status = 200) => fake.substitutes.set(APPS_URL, { status, answer });

		test("registerMastodonApp returns the credentials that a config needs to begin a sign-in", async () => {
			respondWith(APP);
			const app = await register({ website: "https://app.example" });
			expect(app).toEqual({
				baseUrl: "https://mastodon.example",
				clientId: APP.client_id,
				clientSecret: APP.client_secret,
			});
			const [request, ...others] = fake.requests;
			expect(others).toEqual([]);
			expect(request).toMatchObject({ method: "POST", url: APPS_URL });
			expect(request?.headers).not.toHaveProperty("authorization");
			expect(Object.fromEntries(new URLSearchParams(request?.body))).toEqual({
				client_name: "Example",
				redirect_uris: CLIENT.redirectUri,
				scopes: "read:accounts",
				website: "https://app.example",
			});
			const url = mastodon({ ...app, redirectUri: CLIENT.redirectUri }).getAuthorizationUrl();
			expect(new URL(url).searchParams.get("client_id")).toBe(APP.client_id);
		});

		test("registerMastodonApp registers every scope that a sign-in asks for", async () => {
			respondWith(APP);
			const scope = ["read:statuses", "write:statuses"];
			await register({ scope });
			const expected = "read:accounts read:statuses write:statuses";
			expect(new URLSearchParams(fake.requests[0]?.body).get("scopes")).toBe(expected);
			expect(new URL(create({ scope }).getAuthorizationUrl()).searchParams.get("scope")).toBe(expected);
		});

		test.each([...WRONG_URLS, "", undefined])(
			"registerMastodonApp refuses the baseUrl %j",
			async (baseUrl) => {
				const { message } = await failureOf(register({ baseUrl: baseUrl as string }), "INVALID_CONFIG");
				expect(message).toContain(`"baseUrl" must be a URL that begins with https://`);
				expect(fake.requests).toEqual([]);
			},
		);

		test("registerMastodonApp refuses a scope that is not a list", async () => {
			const scope = "read:statuses" as unknown as string[];
			const { message } = await failureOf(register({ scope }), "INVALID_CONFIG");
			expect(message).toContain(`"scope" must be a list`);
		});

		// The default timeout is longer than the test's.
		test("registerMastodonApp keeps the app's own timeout", { timeout: 5_000 }, async () => {
			fake.substitutes.set(APPS_URL, { connection: "silent" });
			await failureOf(register({ timeout: 50 }), "FAILED_REQUEST");
		});

		test("registerMastodonApp fails with the reason of a server that refuses", async () => {
			respondWith({ error: "Validation failed: Redirect URI must be an absolute URI." }, 422);
			expect(await failureOf(register(), "FAILED_REQUEST")).toMatchObject({
				provider: "mastodon",
				step: "config",
				status: 422,
				providerError: "Validation failed: Redirect URI must be an absolute URI.",
			});
		});

		test.each([
			[{}, "client_id"],
			[{ client_id: APP.client_id }, "client_secret"],
			[{ ...APP, client_id: 1 }, "client_id"],
			[{ ...APP, client_secret: "" }, "client_secret"],
			[null, "client_id"],
		])(
			"registerMastodonApp fails on the response %j, and says that there is no %s",
			async (answer, missing) => {
				respondWith(answer);
				const error = await failureOf(register(), "FAILED_REQUEST");
				expect(error.status).toBe(200);
				expect(error.message).toContain(`the response has no ${missing}`);
				expect(error).not.toHaveProperty("cause");
				expect(`${error.stack}`).not.toContain(APP.client_secret);
			},
		);
	});
});
