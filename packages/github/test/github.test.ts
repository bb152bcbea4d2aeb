import type { ServerResponse } from "node:http";
import { type GitHubConfig, github } from "@oauth/github";
import { beforeEach, describe, expect, test } from "vitest";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, sendJson, serve } from "../../repo/src/serve.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";

const CLIENT = {
	clientId: "Iv1.8a61f9b3a7aba766",
	clientSecret: "secret-of-the-github-app",
	redirectUri: "http://localhost:3000/login/github/callback",
};

/** @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps */
const TOKEN = {
	access_token: "gho_16C7e42F292c6912E7710c838347Ae178B4a",
	scope: "read:user,user:email",
	token_type: "bearer",
};

/** @see https://docs.github.com/rest/users/users#get-the-authenticated-user */
const USER = {
	login: "octoada",
	id: 583231,
	node_id: "MDQ6VXNlcjU4MzIzMQ==",
	avatar_url: "https://avatars.githubusercontent.com/u/583231?v=4",
	html_url: "https://github.com/octoada",
	type: "User",
	name: "Ada Lovelace",
	email: "public@example.com",
};

/** @see https://docs.github.com/rest/users/emails#list-email-addresses-for-the-authenticated-user */
const EMAILS = [
	{ email: "old@example.com", primary: false, verified: true, visibility: null },
	{ email: "ada@example.com", primary: true, verified: true, visibility: "private" },
];

let server: Loopback;
beforeEach(async () => {
	server = await serve({
		"/login/oauth/access_token": TOKEN,
		"/api/v3/user": USER,
		"/api/v3/user/emails": EMAILS,
	});
});

/** The id of the fixture's user, at the test's own Enterprise Server. */
const userId = () => `583231@${server.url}`;

/** GitHub Enterprise Server, at the test's own address. */
function provider(config: Partial<GitHubConfig> = {}) {
	return github({ ...CLIENT, baseUrl: server.url, ...config });
}

describe("the addresses", () => {
	test("are github.com's", async () => {
		const { url } = await github(CLIENT).startSignIn({ loginHint: "octoada", prompt: "select_account" });
		expect(url).toMatch(/^https:\/\/github\.com\/login\/oauth\/authorize\?/);
		expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
			response_type: "code",
			client_id: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			scope: "read:user user:email",
			state: expect.any(String),
			code_challenge: expect.any(String),
			code_challenge_method: "S256",
			login: "octoada",
			prompt: "select_account",
		});
	});

	test("of the requests are github.com's, and its API's", async () => {
		const asked: string[] = [];
		const provider = github({
			...CLIENT,
			fetch: async (url, init) => {
				asked.push(`${init?.method ?? "GET"} ${url}`);
				if (String(url).endsWith("/access_token")) return Response.json(TOKEN);
				return Response.json(String(url).endsWith("/emails") ? EMAILS : USER);
			},
		});
		expect((await provider.validateCallback("code")).providerUserId).toBe("583231");
		await provider.revokeToken("token");
		expect(asked).toEqual([
			"POST https://github.com/login/oauth/access_token",
			"GET https://api.github.com/user",
			"GET https://api.github.com/user/emails",
			`DELETE https://api.github.com/applications/${CLIENT.clientId}/token`,
		]);
	});

	test("are an Enterprise Server's", async () => {
		for (const baseUrl of [server.url, `${server.url}/`]) {
			const { url } = await provider({ baseUrl }).startSignIn();
			expect(url).toMatch(new RegExp(`^${server.url}/login/oauth/authorize\\?`));
		}
		await provider().validateCallback("code");
		expect(server.requests.map(({ path }) => path)).toEqual([
			"/login/oauth/access_token",
			"/api/v3/user",
			"/api/v3/user/emails",
		]);
	});
});

describe("a sign-in", () => {
	test("gives GitHub's user, joined with their addresses", async () => {
		const session = await provider().handleCallback(callbackRequest(await provider().startSignIn()));
		expect(session).toMatchObject({
			providerUser: { ...USER, emails: EMAILS },
			providerUserId: userId(),
			profile: {
				id: userId(),
				username: "octoada",
				name: "Ada Lovelace",
				email: "ada@example.com",
				emailVerified: true,
				picture: "https://avatars.githubusercontent.com/u/583231?v=4",
				url: "https://github.com/octoada",
			},
			tokens: { accessToken: TOKEN.access_token, tokenType: "bearer", scope: ["read:user", "user:email"] },
		});
		expect(server.requests.map(({ headers }) => headers["user-agent"])).toEqual(
			Array(3).fill("oauth-github"),
		);
		expect(server.requests[0]?.form).toMatchObject({
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
		});
	});

	test("asks for the user and the addresses side by side", async () => {
		const arrived: (() => void)[] = [];
		for (const [path, answer] of Object.entries({ "/api/v3/user": USER, "/api/v3/user/emails": EMAILS }))
			server.on(path, async (_: unknown, response: ServerResponse) => {
				// Neither is answered before both have been asked.
				await new Promise<void>((resolve) => {
					if (arrived.push(resolve) === 2) for (const answered of arrived) answered();
				});
				sendJson(response, 200, answer);
			});
		expect((await provider().validateCallback("code")).providerUserId).toBe(userId());
	});

	test("without a name or a verified address says neither", async () => {
		server.on("/api/v3/user", { ...USER, name: null });
		server.on("/api/v3/user/emails", [{ ...EMAILS[1], verified: false }]);
		const { profile } = await provider().validateCallback("code");
		expect(profile).not.toHaveProperty("name");
		expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
	});

	test.each([403, 404])(
		"of a GitHub App that may not read addresses (%i) has none, not the public one",
		async (status) => {
			server.on("/api/v3/user/emails", (_: unknown, response: ServerResponse) =>
				sendJson(response, status, { message: "Resource not accessible by integration" }),
			);
			const { profile, providerUser } = await provider().validateCallback("code");
			expect(profile).not.toHaveProperty("email");
			expect(profile).not.toHaveProperty("emailVerified");
			expect(providerUser.emails).toEqual([]);
		},
	);

	test("whose addresses fail otherwise fails", async () => {
		server.on("/api/v3/user/emails", (_: unknown, response: ServerResponse) =>
			sendJson(response, 401, {
				message: "Bad credentials",
				documentation_url: "https://docs.github.com/rest",
			}),
		);
		expect(await failureOf(provider().validateCallback("code"), "FAILED_REQUEST")).toMatchObject({
			step: "user",
			status: 401,
			providerErrorDescription: "Bad credentials",
		});
		server.on("/api/v3/user/emails", { emails: "none" });
		await failureOf(provider().validateCallback("code"), "INVALID_PROFILE");
	});

	test("with a used code fails, although GitHub answers 200", async () => {
		server.on("/login/oauth/access_token", {
			error: "bad_verification_code",
			error_description: "The code passed is incorrect or expired.",
			error_uri: "https://docs.github.com/apps/troubleshooting#bad-verification-code",
		});
		const error = await failureOf(provider().validateCallback("used-code-1"), "FAILED_REQUEST");
		expect(error).toMatchObject({
			provider: "github",
			step: "token",
			status: 200,
			providerError: "bad_verification_code",
			providerErrorDescription: "The code passed is incorrect or expired.",
		});
		expectNoSecrets(error, ["used-code-1", CLIENT.clientSecret]);
		expect(server.requests).toHaveLength(1);
	});
});

describe("the user's id", () => {
	test("at an Enterprise Server carries the server: its user 1 is not github.com's", async () => {
		const answers = async (url: unknown) =>
			Response.json(
				String(url).endsWith("/access_token") ? TOKEN : String(url).endsWith("/emails") ? EMAILS : USER,
			);
		const idAt = async (baseUrl?: string) =>
			(await github({ ...CLIENT, baseUrl, fetch: answers }).validateCallback("code")).providerUserId;
		expect(await idAt()).toBe("583231");
		expect(await idAt("https://github.example.com/")).toBe("583231@github.example.com");
		expect(await idAt("https://github.other.example")).toBe("583231@github.other.example");
	});

	test("that is missing is not made up from the server", async () => {
		for (const id of [undefined, null, 0, "", 2 ** 53]) {
			server.on("/api/v3/user", { ...USER, id });
			await failureOf(provider().validateCallback("code"), "INVALID_PROFILE");
		}
	});
});

describe("iss", () => {
	test("may be there or not, and has to be right", async () => {
		for (const iss of [undefined, `${server.url}/login/oauth`])
			expect(
				await provider().handleCallback(callbackRequest(await provider().startSignIn(), { iss })),
			).toMatchObject({ providerUserId: userId() });
		const request = callbackRequest(await provider().startSignIn(), {
			iss: "https://github.com/login/oauth",
		});
		await failureOf(provider().handleCallback(request), "ISSUER_MISMATCH");
	});
});

describe("after sign-in", () => {
	test("a GitHub App's tokens have an end, and are refreshed", async () => {
		const answer = {
			...TOKEN,
			expires_in: 28800,
			refresh_token: "ghr_1B4a2e77838347a7E420ce178F2E7c6912E169",
			refresh_token_expires_in: 15811200,
			scope: "",
		};
		server.on("/login/oauth/access_token", answer);
		const tokens = await provider().refreshTokens("ghr_old");
		expect(tokens).toMatchObject({
			accessToken: TOKEN.access_token,
			expiresAt: expect.any(Date),
			refreshToken: answer.refresh_token,
			refreshTokenExpiresAt: expect.any(Date),
			scope: [],
		});
		expect(server.requests[0]?.form).toMatchObject({ grant_type: "refresh_token", refresh_token: "ghr_old" });
	});

	test("a token is revoked in GitHub's own way", async () => {
		server.on(`/api/v3/applications/${CLIENT.clientId}/token`, (_: unknown, response: ServerResponse) =>
			response.writeHead(204).end(),
		);
		await provider().revokeToken(TOKEN.access_token);
		const [request] = server.requests;
		expect(request).toMatchObject({
			method: "DELETE",
			body: JSON.stringify({ access_token: TOKEN.access_token }),
		});
		expect(request?.headers.authorization).toBe(
			`Basic ${Buffer.from(`${CLIENT.clientId}:${CLIENT.clientSecret}`).toString("base64")}`,
		);
	});

	test("a token that is not the app's can't be revoked", async () => {
		const error = await failureOf(provider().revokeToken("gho_other"), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "revocation", status: 404 });
		expectNoSecrets(error, ["gho_other", CLIENT.clientSecret]);
	});
});
