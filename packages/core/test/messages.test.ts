import { createServer } from "node:net";
import { inspect } from "node:util";
import { ERRORS, OAuthError, type OAuthErrorCode, type RequestLike, type Step } from "@oauth/core";
import { ADA, CLIENT, defineAcme, type Quirks, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest, withFlow } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test, vi } from "vitest";

const CODES = Object.keys(ERRORS) as OAuthErrorCode[];
const HTTPS = { redirectUri: "https://app.example/callback" };
const LATER = "Try again later";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
});

type Settings = Record<string, unknown>;

function acme(config: Settings = {}, quirks: Quirks = {}) {
	return defineAcme(server.url, quirks)({ ...CLIENT, ...config });
}

const start = (
	config?: Settings,
	options?: Settings,
	quirks?: Quirks,
	request: RequestLike = loginRequest(),
) => acme(config, quirks).startSignIn(request, options as never);

/** Begins a sign-in, and calls back with these parameters in the same browser. */
async function callback(
	params: Record<string, string | undefined> = {},
	config: Settings = {},
	quirks: Quirks = {},
) {
	const provider = acme(config, quirks);
	return provider.handleCallback(callbackRequest(await provider.startSignIn(loginRequest()), params));
}

async function withoutCookie(config: Settings) {
	const request = callbackRequest(await start(config));
	request.headers.delete("cookie");
	return acme(config).handleCallback(request);
}

async function readBefore() {
	const body = new URLSearchParams({ code: "code-of-ada", state: "x" });
	const request = new Request(CLIENT.redirectUri, { method: "POST", body });
	await request.text();
	return acme({}, { responseMode: "form_post" }).handleCallback(request);
}

async function expired() {
	const signIn = await start();
	vi.useFakeTimers({ toFake: ["Date"] });
	vi.setSystemTime(Date.now() + 601_000);
	return acme()
		.handleCallback(callbackRequest(signIn))
		.finally(() => vi.useRealTimers());
}

/** Returns a port of this machine on which nothing listens. */
function closedPort(): Promise<number> {
	return new Promise((resolve) => {
		const probe = createServer().listen(0, "127.0.0.1", () => {
			const { port } = probe.address() as { port: number };
			probe.close(() => resolve(port));
		});
	});
}

function withToken(status: number, body: object | string = {}) {
	server.fail("/token", status, body);
	return acme().validateCallback("code-of-ada");
}

async function withStore() {
	const store = {
		getUser: async () => ({ id: "grace" }),
		createUser: async () => ({ id: "ada" }),
		linkAccount: () => Promise.reject(new Error("UNIQUE constraint failed")),
	};
	const provider = defineAcme(server.url)(store, CLIENT);
	const sessionId = "session-1";
	const signIn = await provider.startSignIn(loginRequest(), { intent: "link", sessionId });
	return provider.handleCallback(callbackRequest(signIn), { sessionId });
}

interface Case {
	/** What goes wrong. */
	title: string;
	code: OAuthErrorCode;
	step: Step;
	/** The reason in the message. By default, the code's meaning. */
	reason?: string | RegExp;
	/** The advice in the message. By default, the code's. */
	advice?: string;
	run(): Promise<unknown>;
}

const config = (title: string, reason: string, settings: Settings, quirks?: Quirks): Case => ({
	title,
	code: "INVALID_CONFIG",
	step: "config",
	reason,
	run: () => start(settings, {}, quirks),
});
const MISSING = "is missing: is its environment variable set?";
const SPACES = "begins or ends with a space or a line break";

const CASES: Case[] = [
	config("no client id", `"clientId" ${MISSING}`, { clientId: undefined }),
	config("an empty client secret", `"clientSecret" ${MISSING}`, { clientSecret: "" }),
	config("no redirect URI", `"redirectUri" ${MISSING}`, { redirectUri: undefined }),
	config("no domain", `"domain" ${MISSING}`, {}, { required: { domain: undefined } }),
	config("a line break after the secret", `"clientSecret" ${SPACES}`, {
		clientSecret: "s3cr3t-of-the-client\n",
	}),
	config("a space before the client id", `"clientId" ${SPACES}`, { clientId: " acme" }),
	config(
		"a redirect URI that is only a path",
		`"redirectUri" must be an absolute URL with https, or with http on localhost`,
		{
			redirectUri: "/login/cb",
		},
	),
	config("a scope that is text", `"scope" must be a list`, { scope: "email" }),
	config("a timeout that is text", `"timeout" must be a number of milliseconds`, { timeout: "10s" }),
	config("an endpoint without https://", `"endpoints.token" must be a URL that begins with https://`, {
		endpoints: { token: "acme.example" },
	}),
	{
		title: "an auth that an import cycle has left undefined",
		code: "INVALID_CONFIG",
		step: "config",
		reason: `"auth" is neither Lucia nor a UserStore: is it undefined because of an import cycle?`,
		run: () => defineAcme(server.url)(undefined as never, CLIENT).startSignIn(loginRequest()),
	},
	{
		title: "a sign-in without a request",
		code: "INVALID_CONFIG",
		step: "authorization",
		reason: "the first argument is not a request with headers",
		run: () => acme().startSignIn({ redirectTo: "/inbox" } as never),
	},
	{
		title: "a redirectTo of another site",
		code: "INVALID_CONFIG",
		step: "authorization",
		reason: `"redirectTo" must be a path of this site`,
		run: () => start({}, { redirectTo: "https://evil.example" }),
	},
	{
		title: "a link without a session",
		code: "INVALID_CONFIG",
		step: "authorization",
		reason: `"sessionId" goes with the intent "link", which needs it`,
		run: () => start({}, { intent: "link" }),
	},
	{
		title: "an option that would replace the state",
		code: "INVALID_CONFIG",
		step: "authorization",
		reason: `"params.state" protects the sign-in and can't be replaced`,
		run: () => start({}, { params: { state: "x" } }),
	},
	{
		title: "a prefetch of the sign-in",
		code: "NOT_A_NAVIGATION",
		step: "authorization",
		run: () => start({}, {}, {}, loginRequest("", { "sec-purpose": "prefetch" })),
	},
	{
		title: "a callback whose body was read before",
		code: "INVALID_CONFIG",
		step: "callback",
		reason: "the body of the request was read before handleCallback",
		advice: "Developer: pass the parsed body as `body`, or an unread request",
		run: readBefore,
	},
	{
		title: "a callback without a request",
		code: "INVALID_CONFIG",
		step: "callback",
		reason: "the first argument is not a request with headers",
		run: () => acme().handleCallback(undefined as never),
	},
	{
		title: "a callback without a URL",
		code: "INVALID_CONFIG",
		step: "callback",
		reason: "the request that was passed to handleCallback has no url",
		run: () => acme().handleCallback({ headers: {} }),
	},
	{
		title: "a callback without a code and without an error",
		code: "INVALID_CALLBACK",
		step: "callback",
		reason: `it needs either a "code" or an "error"`,
		run: () => callback({ code: undefined }),
	},
	{
		title: "a callback without a state",
		code: "INVALID_CALLBACK",
		step: "callback",
		reason: `"state" is missing`,
		run: () => callback({ state: undefined }),
	},
	{
		title: "a callback without the cookie",
		code: "FLOW_MISSING",
		step: "callback",
		reason: /cookie/,
		run: () => withoutCookie(HTTPS),
	},
	{
		title: "a sign-in that began at localhost and ends at 127.0.0.1",
		code: "FLOW_MISSING",
		step: "callback",
		reason: /cookie .* has to begin at 127\.0\.0\.1:3000 too/,
		run: () => withoutCookie({ redirectUri: "http://127.0.0.1:3000/callback" }),
	},
	{ title: "a sign-in of more than ten minutes", code: "FLOW_EXPIRED", step: "callback", run: expired },
	{
		title: "a sign-in for another client",
		code: "FLOW_MISMATCH",
		step: "callback",
		reason: "it was begun for another client, issuer or redirect URI",
		run: async () => acme().handleCallback(callbackRequest(await start({ clientId: "other" }))),
	},
	{
		title: "a cookie that was changed",
		code: "FLOW_MISMATCH",
		step: "callback",
		reason: "the cookie was changed",
		run: async () => acme().handleCallback(callbackRequest(withFlow(await start(), { codeVerifier: "" }))),
	},
	{
		title: "another issuer",
		code: "ISSUER_MISMATCH",
		step: "callback",
		reason: /"iss" is another.* expected https:\/\/acme\.example/,
		run: () => callback({ iss: "https://evil.example" }, {}, { issuer: "https://acme.example" }),
	},
	{
		title: "no issuer where it is always sent",
		code: "ISSUER_MISMATCH",
		step: "callback",
		reason: /"iss" is missing.* expected https:\/\/acme\.example/,
		run: () => callback({}, {}, { issuer: "https://acme.example", authorizationResponseIss: true }),
	},
	{
		title: "a user who declines",
		code: "ACCESS_DENIED",
		step: "callback",
		reason: "the provider says access_denied",
		run: () => callback({ code: undefined, error: "access_denied" }),
	},
	{
		title: "a redirect URI that isn't registered",
		code: "AUTHORIZATION_FAILED",
		step: "callback",
		reason: "the provider says redirect_uri_mismatch: The redirect_uri MUST match",
		run: () =>
			callback({
				code: undefined,
				error: "redirect_uri_mismatch",
				error_description: "The redirect_uri MUST match.",
			}),
	},
	{
		title: "a wrong secret",
		code: "FAILED_REQUEST",
		step: "token",
		reason:
			"status 200, the response has no access_token, the provider says incorrect_client_credentials: The client_id is wrong",
		run: () =>
			withToken(200, { error: "incorrect_client_credentials", error_description: "The client_id is wrong." }),
	},
	{
		title: "a client secret that was signed with a wrong key",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "status 400, the provider says invalid_client",
		advice: "Developer: check the key that signs the client secret, and this server's clock",
		run: () => {
			server.fail("/token", 400, { error: "invalid_client" });
			return acme({}, { createClientSecret: async () => "header.claims.signature" }).validateCallback(
				"code-of-ada",
			);
		},
	},
	{
		title: "a token response in HTML",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "status 200, the response is not JSON",
		run: () => withToken(200, "<h1>"),
	},
	{
		title: "a token response without a token",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "status 200, the response has no access_token",
		run: () => withToken(200, {}),
	},
	{
		title: "a server error",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "status 502, the response is not JSON",
		advice: LATER,
		run: () => withToken(502, "<h1>"),
	},
	{
		title: "a rate limit",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "status 429, the provider says Slow down",
		advice: LATER,
		run: () => withToken(429, { message: "Slow down" }),
	},
	{
		title: "a timeout",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "no response within 0.05 s",
		advice: LATER,
		run: () => {
			server.on("/token", () => {});
			return acme({ timeout: 50 }).validateCallback("code-of-ada");
		},
	},
	{
		title: "a refused connection",
		code: "FAILED_REQUEST",
		step: "token",
		reason: /connect ECONNREFUSED 127\.0\.0\.1:\d+/,
		advice: LATER,
		run: async () => {
			const token = `http://127.0.0.1:${await closedPort()}/token`;
			return acme({ endpoints: { token } }).validateCallback("code-of-ada");
		},
	},
	{
		title: "a host that DNS doesn't know",
		code: "FAILED_REQUEST",
		step: "token",
		reason: /getaddrinfo (ENOTFOUND|EAI_AGAIN) acme\.invalid/,
		advice: LATER,
		run: () => acme({ endpoints: { token: "http://acme.invalid/token" } }).validateCallback("code-of-ada"),
	},
	{
		title: "a self-signed certificate",
		code: "FAILED_REQUEST",
		step: "token",
		reason: "self-signed certificate",
		advice: LATER,
		run: () => {
			const cause = Object.assign(new Error("self-signed certificate"), {
				code: "DEPTH_ZERO_SELF_SIGNED_CERT",
			});
			const network = () => Promise.reject(new TypeError("fetch failed", { cause }));
			return acme({ fetch: network }).validateCallback("code-of-ada");
		},
	},
	{
		title: "a user endpoint that refuses the token",
		code: "FAILED_REQUEST",
		step: "user",
		reason: "status 403, the provider says insufficient_scope",
		run: () => {
			server.fail("/user", 403, { error: "insufficient_scope" });
			return callback();
		},
	},
	{
		title: "a user without an id",
		code: "INVALID_PROFILE",
		step: "user",
		run: () => {
			server.on("/user", { login: "ada" });
			return callback();
		},
	},
	{
		title: "an account of another user",
		code: "ACCOUNT_IN_USE",
		step: "account",
		run: async () => (await withStore()).linkAccount("ada"),
	},
	{
		title: "createUser in a flow that links",
		code: "FLOW_MISMATCH",
		step: "account",
		reason: `createUser() was called in a flow that began with the intent "link"`,
		advice: "Developer: check the session's intent",
		run: async () => (await withStore()).createUser({}),
	},
	{
		title: "a dead grant",
		code: "INVALID_GRANT",
		step: "refresh",
		reason: "status 400, the provider says invalid_grant: Token has been revoked",
		run: () => {
			server.fail("/token", 400, { error: "invalid_grant", error_description: "Token has been revoked." });
			return acme().refreshTokens("a-refresh-token");
		},
	},
	{
		title: "a provider without refresh tokens",
		code: "NOT_SUPPORTED",
		step: "refresh",
		run: () => acme({}, { refresh: false }).refreshTokens("a-refresh-token"),
	},
];

describe("messages", () => {
	test.each(CASES)(
		"the message for $title says what happened and what to do: $code ($step)",
		async ({ code, step, reason, advice, run }) => {
			const [meaning, usual] = ERRORS[code];
			const { message } = await failureOf(run(), code);
			const start = `acme: ${code} (${step}): `;
			const end = ` ${advice ?? usual}.`;
			expect(message.startsWith(start)).toBe(true);
			expect(message.endsWith(end)).toBe(true);
			const said = message.slice(start.length, -end.length);
			if (reason instanceof RegExp) expect(said).toMatch(reason);
			else expect(said).toBe(`${reason ?? meaning}${reason?.endsWith("?") ? "" : "."}`);
			expect(said).toMatch(/[^.?!][.?]$/);
		},
	);

	test("two faults never have the same message", async () => {
		const messages = new Set<string>();
		for (const { title, run } of CASES) {
			const message = await run().then(
				() => expect.unreachable(title),
				(error: Error) => error.message,
			);
			expect([...messages], title).not.toContain(message);
			messages.add(message);
			server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
		}
	});

	test("every code has a case here, except those of OpenID Connect and of stored grants", () => {
		const covered = new Set<string>(CASES.map(({ code }) => code));
		expect(CODES.filter((code) => !covered.has(code))).toEqual([
			"GRANT_MISSING",
			"GRANT_UNREADABLE",
			"INVALID_ID_TOKEN",
		]);
	});
});

describe("ERRORS", () => {
	test.each(CODES)("the message of %s is made from its meaning and its advice in ERRORS", (code) => {
		const [meaning, advice] = ERRORS[code];
		expect(meaning).toMatch(/^[a-z].*[^.?! ]$/);
		expect(advice).toMatch(/^[A-Z].*[^.?! ]$/);
		expect(new OAuthError(code).message).toBe(`${code}: ${meaning}. ${advice}.`);
	});

	test("OAuthError.is accepts an error of another copy of the package, and nothing else", () => {
		class OtherCopy extends Error {}
		Object.assign(OtherCopy.prototype, { [Symbol.for("@oauth/core/error")]: 1 });
		for (const error of [new OAuthError("FLOW_EXPIRED"), new OtherCopy()])
			expect(OAuthError.is(error)).toBe(true);
		for (const error of [new Error("x"), { code: "FLOW_EXPIRED" }, null, undefined, "FLOW_EXPIRED"])
			expect(OAuthError.is(error)).toBe(false);
	});

	test("an OAuthError shows its name, its message and only the details that are known", () => {
		const error = new OAuthError("FAILED_REQUEST", { provider: "acme", step: "token", status: 500 }, "no");
		expect(inspect(error)).toMatch(/^OAuthError: acme: FAILED_REQUEST \(token\): no\./);
		expect({ ...error }).toEqual({ code: "FAILED_REQUEST", provider: "acme", step: "token", status: 500 });
		expect(Object.keys(new OAuthError("FLOW_EXPIRED"))).toEqual(["code"]);
	});
});
