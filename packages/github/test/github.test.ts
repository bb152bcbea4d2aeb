import { github } from "@oauth/github";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const TOKEN_URL = recording.token.url;
const USER_URL = "https://api.github.com/user";
const EMAILS_URL = "https://api.github.com/user/emails";
const EMAILS = recording.user[EMAILS_URL];

testProvider(github, recording, ({ fake, create, signIn, failureOf }) => {
	/** Lets another GitHub respond as github.com does. */
	function serveAt(web: string, api: string) {
		fake.substitutes.set(`${web}/login/oauth/access_token`, { answer: recording.token.answer });
		fake.substitutes.set(`${api}/user`, { answer: recording.user[USER_URL] });
		fake.substitutes.set(`${api}/user/emails`, { answer: EMAILS });
		fake.substitutes.set(`${api}/applications/${CLIENT.clientId}/token`, { status: 204 });
	}

	describe("baseUrl", () => {
		test.each([
			[undefined, "https://github.com", "https://api.github.com", "583231"],
			["https://GitHub.com/", "https://github.com", "https://api.github.com", "583231"],
			[
				"https://octocorp.ghe.com",
				"https://octocorp.ghe.com",
				"https://api.octocorp.ghe.com",
				"583231@octocorp.ghe.com",
			],
			[
				"https://GitHub.example.com:443/login",
				"https://github.example.com",
				"https://github.example.com/api/v3",
				"583231@github.example.com",
			],
			[
				"https://ghe.com.example",
				"https://ghe.com.example",
				"https://ghe.com.example/api/v3",
				"583231@ghe.com.example",
			],
			[
				"http://localhost:8080",
				"http://localhost:8080",
				"http://localhost:8080/api/v3",
				"583231@http://localhost:8080",
			],
		])(
			"with the baseUrl %s the pages are at %s, the API at %s, and the user is %s",
			async (baseUrl, web, api, userId) => {
				serveAt(web, api);
				const subject = create({ baseUrl });
				expect(subject.getAuthorizationUrl().split("?")[0]).toBe(`${web}/login/oauth/authorize`);
				expect((await subject.validateCallback("code")).providerUserId).toBe(userId);
				await subject.revokeToken("token-to-revoke");
				// Two of them run side by side.
				expect(fake.requests.map(({ method, url }) => `${method} ${url}`).sort()).toEqual([
					`DELETE ${api}/applications/${CLIENT.clientId}/token`,
					`GET ${api}/user`,
					`GET ${api}/user/emails`,
					`POST ${web}/login/oauth/access_token`,
				]);
			},
		);

		test.each(["", "github.example.com", "ftp://github.example.com", "https://"])(
			"the baseUrl %j is refused, and the message says what it must be",
			async (baseUrl) => {
				const refused = create({ baseUrl }).validateCallback("code");
				const { message } = await failureOf(refused, "INVALID_CONFIG");
				expect(message).toContain(`"baseUrl" must be a URL that begins with https://`);
			},
		);

		test("a missing id is not made up from the host of an Enterprise Server", async () => {
			serveAt("https://github.example.com", "https://github.example.com/api/v3");
			fake.substitutes.set("https://github.example.com/api/v3/user", { answer: { login: "octoada" } });
			const subject = create({ baseUrl: "https://github.example.com" });
			await failureOf(subject.validateCallback("code"), "INVALID_PROFILE");
		});

		test("a callback from an Enterprise Server is refused if iss is that of github.com", async () => {
			serveAt("https://github.example.com", "https://github.example.com/api/v3");
			const subject = create({ baseUrl: "https://github.example.com" });
			const callback = async (iss: string) => {
				const { state, cookies } = await subject.startSignIn(new Request("http://localhost:3000/login"));
				const params = new URLSearchParams({ code: "code", state, iss });
				const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
				const request = new Request(`${CLIENT.redirectUri}?${params}`, { headers: { cookie } });
				return subject.handleCallback(request);
			};
			const session = await callback("https://github.example.com/login/oauth");
			expect(session.providerUserId).toBe("583231@github.example.com");
			await failureOf(callback("https://github.com/login/oauth"), "ISSUER_MISMATCH");
		});
	});

	test("a callback from GitHub may lack iss, but not name another issuer", async () => {
		const missing = await signIn({}, { callback: (params) => params.delete("iss") });
		expect(missing.providerUserId).toBe("583231");
		const wrong = signIn({}, { callback: (params) => params.set("iss", "https://github.com") });
		await failureOf(wrong, "ISSUER_MISMATCH");
	});

	describe("getAuthorizationUrl", () => {
		test("getAuthorizationUrl sends the login hint as login, and the prompt", () => {
			const url = create().getAuthorizationUrl({ loginHint: "octoada", prompt: "select_account" });
			const params = Object.fromEntries(new URL(url).searchParams);
			expect(params).toMatchObject({ login: "octoada", prompt: "select_account" });
			expect(params).not.toHaveProperty("login_hint");
		});

		test("getAuthorizationUrl sends no redirect_uri if the config has none", () => {
			const url = new URL(create({ redirectUri: undefined }).getAuthorizationUrl());
			expect(url.searchParams.has("redirect_uri")).toBe(false);
		});
	});

	describe("the e-mail address", () => {
		test("with email: false GitHub is asked for no address, neither by a scope nor by a request", async () => {
			const config = { email: false };
			expect(new URL(create(config).getAuthorizationUrl()).searchParams.has("scope")).toBe(false);
			const { profile, providerUser } = await signIn({}, { config });
			expect(profile).not.toHaveProperty("email");
			expect(providerUser.emails).toEqual([]);
			expect(fake.requests.map(({ url }) => url)).not.toContain(EMAILS_URL);
		});

		test("GitHub is asked for the addresses and for the user at the same time", async () => {
			let arrived = 0;
			let release = () => {};
			const both = new Promise<void>((resolve) => {
				release = resolve;
			});
			// Neither request goes on before both are there.
			const config: { fetch: typeof fetch } = {
				async fetch(url, init) {
					if (!init?.method && ++arrived === 2) release();
					if (!init?.method) await both;
					return fake.fetch(url, init);
				},
			};
			expect((await signIn({}, { config })).profile.email).toBe("ada@example.com");
		});

		test("an address that GitHub has not verified has emailVerified: false", async () => {
			fake.substitutes.set(EMAILS_URL, { answer: [{ ...EMAILS[1], verified: false }] });
			expect((await signIn()).profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		});

		test.each([403, 404])(
			"the profile has no address, not even the public one, if /user/emails responds with %i",
			async (status) => {
				fake.substitutes.set(EMAILS_URL, {
					status,
					answer: { message: "Resource not accessible by integration" },
				});
				const { profile, providerUser, failedRequests } = await signIn();
				expect(profile).not.toHaveProperty("email");
				expect(profile).not.toHaveProperty("emailVerified");
				expect(providerUser.emails).toEqual([]);
				expect(failedRequests).toEqual([]);
			},
		);

		test("an address withheld by a rate limit is a failed request", async () => {
			fake.substitutes.set(EMAILS_URL, {
				status: 403,
				headers: { "x-ratelimit-remaining": "0", "retry-after": "60" },
				answer: { message: "API rate limit exceeded" },
			});
			const { profile, failedRequests } = await signIn();
			expect(profile).not.toHaveProperty("email");
			expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", status: 403, retryAfter: 60 }]);
		});

		test("the primary address is found among malformed entries, and only in a list", async () => {
			const oddities = [null, 1, "text", [], { primary: "false", email: "old@example.com" }, {}];
			fake.substitutes.set(EMAILS_URL, { answer: [...oddities, ...EMAILS] });
			expect((await signIn()).profile.email).toBe("ada@example.com");
			fake.substitutes.set(EMAILS_URL, { answer: { emails: EMAILS } });
			expect((await signIn()).profile).not.toHaveProperty("email");
		});
	});

	describe("the user", () => {
		test("providerUser is the response of /user with the addresses added", async () => {
			expect((await signIn({ name: "Ada Lovelace" })).providerUser).toEqual({
				...recording.user[USER_URL],
				name: "Ada Lovelace",
				emails: EMAILS,
			});
		});

		test("a 401 for a new token repeats the request for the user, and not the one with the code", async () => {
			fake.substitutes.set(USER_URL, { status: 401, answer: { message: "Bad credentials" }, times: 1 });
			expect((await signIn()).providerUserId).toBe("583231");
			const asked = fake.requests.map(({ url }) => url);
			expect(asked.filter((url) => url === USER_URL)).toHaveLength(2);
			expect(asked.filter((url) => url === TOKEN_URL)).toHaveLength(1);
		});
	});

	describe("the tokens", () => {
		test("refreshTokens returns both expiry dates for an app whose tokens expire", async () => {
			const tokens = await create().refreshTokens(fake.refreshToken);
			expect(tokens).toMatchObject({
				expiresAt: expect.any(Date),
				refreshTokenExpiresAt: expect.any(Date),
				scope: [],
			});
		});

		test("refreshTokens fails with INVALID_GRANT for bad_refresh_token with status 200, and not for an outage", async () => {
			const dead = await failureOf(create().refreshTokens("ghr_dead0123456789"), "INVALID_GRANT");
			expect(dead).toMatchObject({ step: "refresh", status: 200, providerError: "bad_refresh_token" });
			fake.substitutes.set(TOKEN_URL, { status: 502, text: "<html>" });
			await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
		});

		test("revokeToken sends the token as JSON", async () => {
			await create().revokeToken("token-to-revoke");
			const [request] = fake.requests;
			expect(JSON.parse(request?.body ?? "")).toEqual({ access_token: "token-to-revoke" });
		});

		test("revokeToken fails for a token of another app", async () => {
			fake.substitutes.set(recording.revocation.url, { status: 404, answer: { message: "Not Found" } });
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 404 });
		});
	});
});
