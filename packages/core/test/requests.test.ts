import { getRandomValues } from "node:crypto";
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { queryObjects } from "node:v8";
import { gzipSync } from "node:zlib";
import type { ProviderConfig } from "@oauth/core";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { ADA, CLIENT, defineAcme, TOKEN_ANSWER } from "../../repo/src/acme.ts";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, type ReceivedRequest, sendJson, serve } from "../../repo/src/serve.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_ANSWER, "/user": ADA });
});

/** A sign-in that fails at the provider, and the error, in which nothing that was sent is found. */
async function failedSignIn(
	config: Partial<ProviderConfig> = {},
	code: Parameters<typeof failureOf>[1] = "FAILED_REQUEST",
) {
	const provider = defineAcme(server.url)({ ...CLIENT, timeout: 300, ...config });
	const signIn = await provider.startSignIn();
	const error = await failureOf(provider.handleCallback(callbackRequest(signIn)), code);
	const { codeVerifier } = JSON.parse(decodeURIComponent(cookiePair(signIn.cookie).split("=")[1] ?? ""));
	expectNoSecrets(error, [
		"code-of-ada",
		CLIENT.clientSecret,
		TOKEN_ANSWER.access_token,
		codeVerifier,
		signIn.state,
	]);
	expect(error.provider).toBe("acme");
	return error;
}

const html = (_: unknown, response: ServerResponse) =>
	response.writeHead(200, { "content-type": "text/html" }).end("<h1>access-token-of-ada code-of-ada</h1>");

const failures: [string, (request: unknown, response: ServerResponse) => unknown, number | undefined][] = [
	["hangs", () => {}, undefined],
	["hangs amid its answer", (_, response) => response.writeHead(200).write('{"access_token":'), undefined],
	["answers 500", (_, response) => response.writeHead(500).end("oops"), 500],
	[
		"answers 500 with HTML",
		(_, response) => response.writeHead(500, { "content-type": "text/html" }).end("<h1>"),
		500,
	],
	["answers with HTML", html, 200],
	["answers with nothing", (_, response) => response.end(), 200],
	["answers 204", (_, response) => response.writeHead(204).end(), 204],
	[
		"answers with half of its JSON",
		(_, response) => response.end('{"access_token":"access-token-of-ada'),
		200,
	],
	[
		"answers with 10 MiB",
		(_, response) => response.end(JSON.stringify({ ...ADA, x: "x".repeat(10 * 2 ** 20) })),
		undefined,
	],
	[
		"answers with 10 MiB in a few bytes",
		(_, response) =>
			response
				.writeHead(200, { "content-encoding": "gzip" })
				.end(gzipSync(JSON.stringify({ ...ADA, ...TOKEN_ANSWER, x: "x".repeat(10 * 2 ** 20) }))),
		undefined,
	],
	["resets the connection", (_, response) => response.socket?.resetAndDestroy(), undefined],
	[
		"resets the connection amid its answer",
		(_, response) => {
			response.writeHead(200).write('{"access_token":');
			setTimeout(() => response.socket?.resetAndDestroy(), 20);
		},
		undefined,
	],
];

describe.each(["/token", "/user"])("a provider that, asked at %s,", (path) => {
	test.each(failures)("%s", async (_, answer, status) => {
		server.on(path, answer);
		const error = await failedSignIn();
		expect(error).toMatchObject({ step: path.slice(1) });
		expect(error.status).toBe(status);
		expect(error.cause === undefined).toBe(status !== undefined);
		expect(server.requests.filter((request) => request.path === path)).toHaveLength(1);
		expect(server.requests.filter((request) => request.path === "/token")).toHaveLength(1);
	});

	test.each([301, 302, 303, 307, 308])("redirects elsewhere with %i", async (status) => {
		const elsewhere = await serve({ "/token": TOKEN_ANSWER, "/user": ADA });
		server.on(path, (_: unknown, response: ServerResponse) =>
			response.writeHead(status, { location: `${elsewhere.url}${path}` }).end(),
		);
		expect(await failedSignIn()).toMatchObject({ step: path.slice(1), status });
		expect(elsewhere.requests).toEqual([]);
	});

	test("answers 400 with an error that quotes the request", async () => {
		server.on(path, ({ headers, body }: ReceivedRequest, response: ServerResponse) =>
			sendJson(response, 400, {
				error: "invalid_grant",
				error_description: `Refused: ${headers.authorization} ${decodeURIComponent(body)}`,
			}),
		);
		const error = await failedSignIn();
		expect(error).toMatchObject({ step: path.slice(1), status: 400, providerError: "invalid_grant" });
		expect(error.providerErrorDescription).toBe("[withheld: it repeats a secret]");
		expect(error.message).toContain("invalid_grant");
	});

	test.each([
		[{ error: { message: "Bad code", type: "OAuthException", code: 100 } }, "OAuthException", "Bad code"],
		[{ error: { message: "Bad code", code: 100 } }, "100", "Bad code"],
		[{ status: 400, message: "Invalid authorization code" }, undefined, "Invalid authorization code"],
		[{ title: "Forbidden", detail: "No tweet.read", status: 403 }, undefined, "No tweet.read"],
		[{ error: null, error_description: 7 }, undefined, undefined],
		[{ error: { type: {}, code: {} } }, undefined, undefined],
		[{ error: [] }, undefined, undefined],
	])("answers 400 with an error of another shape: %j", async (answer, providerError, description) => {
		server.on(path, (_: unknown, response: ServerResponse) => sendJson(response, 400, answer));
		const error = await failedSignIn();
		expect(error.providerError).toBe(providerError);
		expect(error.providerErrorDescription).toBe(description);
	});

	test("answers with text in place of an object", async () => {
		for (const answer of ["null", "5", '"text"', "[]", "true"]) {
			server.on(path, (_: unknown, response: ServerResponse) => response.end(answer));
			await failedSignIn({}, path === "/token" ? "FAILED_REQUEST" : "INVALID_PROFILE");
		}
	});
});

describe("a secret that comes back", () => {
	const secret = 'the "code"+/=: of ada';
	test.each([
		["as it is", (text: string) => text],
		["as in a form", (text: string) => `${new URLSearchParams({ "": text })}`.slice(1)],
		["as in JSON", (text: string) => JSON.stringify(text)],
		["amid others", (text: string) => `x${text}x`],
	])("%s is withheld", async (_, spell) => {
		server.on("/token", (_request: unknown, response: ServerResponse) =>
			sendJson(response, 400, { error: "invalid_grant", error_description: `no ${spell(secret)} here` }),
		);
		const error = await failureOf(defineAcme(server.url)(CLIENT).validateCallback(secret), "FAILED_REQUEST");
		expectNoSecrets(error, [secret, spell(secret)]);
		expect(error.providerError).toBe("invalid_grant");
	});

	test("as the Basic credentials is withheld", async () => {
		server.on("/token", ({ headers }: ReceivedRequest, response: ServerResponse) =>
			sendJson(response, 401, { error: "invalid_client", error_description: headers.authorization }),
		);
		const provider = defineAcme(server.url, { clientAuth: "client_secret_basic" })(CLIENT);
		const error = await failureOf(provider.validateCallback("code-of-ada"), "FAILED_REQUEST");
		expect(error.providerErrorDescription).toBe("[withheld: it repeats a secret]");
	});

	test("does not hide what is none", async () => {
		server.on("/token", (_request: unknown, response: ServerResponse) =>
			sendJson(response, 400, {
				error: "invalid_refresh_token",
				error_description: `authorization_code: ${CLIENT.redirectUri} is not registered`,
			}),
		);
		const error = await failureOf(
			defineAcme(server.url)(CLIENT).validateCallback("code-of-ada"),
			"FAILED_REQUEST",
		);
		expect(error).toMatchObject({
			providerError: "invalid_refresh_token",
			providerErrorDescription: expect.stringContaining(CLIENT.redirectUri),
		});
	});

	test("in no shape makes the error grow", async () => {
		server.on("/token", {
			error: "e",
			error_description: "a".repeat(2 ** 20 - 500),
			access_token: [],
			refresh_token: "a",
			id_token: {},
		});
		const error = await failureOf(
			defineAcme(server.url)(CLIENT).validateCallback("code-of-ada"),
			"FAILED_REQUEST",
		);
		expect(error.providerErrorDescription?.length).toBeLessThanOrEqual(500);
	});
});

describe("an answer that only looks like one", () => {
	const odd = { toString: 1, valueOf: 1 };
	const deep = `${"[".repeat(20_000)}${"]".repeat(20_000)}`;

	test.each([
		["expires_in", JSON.stringify(odd)],
		["expires_in", "1e308"],
		["scope", JSON.stringify([odd, 1, null])],
		["scope", deep],
		["refresh_token", JSON.stringify(odd)],
		["id_token", deep],
		["token_type", JSON.stringify(odd)],
	])("with an odd %s signs in without it", async (name, json) => {
		server.on("/token", (_: unknown, response: ServerResponse) =>
			response.end(`{"access_token":"access-token-of-ada","${name}":${json}}`),
		);
		const { tokens } = await defineAcme(server.url)(CLIENT).validateCallback("code-of-ada");
		expect(tokens).toMatchObject({ accessToken: "access-token-of-ada", tokenType: "Bearer" });
		expect(tokens.scope ?? []).toEqual([]);
		for (const part of ["expiresAt", "refreshToken", "idToken"]) expect(tokens).not.toHaveProperty(part);
	});

	test.each([
		{ access_token: odd },
		{ error: odd },
		{ error: { code: odd, type: odd, message: odd } },
		{ error: "e", error_description: odd, access_token: odd },
	])("%j is FAILED_REQUEST", async (answer) => {
		server.on("/token", answer);
		await failedSignIn();
	});
});

describe("a token answer", () => {
	test.each([
		[
			"an error with status 200",
			{ error: "bad_verification_code", error_description: "The code is incorrect." },
			"bad_verification_code",
		],
		["an error and a token", { ...TOKEN_ANSWER, error: "invalid_scope" }, "invalid_scope"],
		["no token", { token_type: "Bearer" }, undefined],
		["an empty token", { ...TOKEN_ANSWER, access_token: "" }, undefined],
		["a token that is no text", { ...TOKEN_ANSWER, access_token: 7 }, undefined],
		[
			"an error that quotes the tokens",
			{ ...TOKEN_ANSWER, error: "x", error_description: `no ${TOKEN_ANSWER.access_token} for you` },
			"x",
		],
		["an error that is no text", { ...TOKEN_ANSWER, error: { code: 1 } }, "1"],
	])("with %s is a failure", async (_, answer, providerError) => {
		server.on("/token", answer);
		const error = await failedSignIn();
		expect(error).toMatchObject({ step: "token", status: 200 });
		expect(error.providerError).toBe(providerError);
		expect(server.requests).toHaveLength(1);
	});
});

describe("a user answer", () => {
	test.each([
		["without an id", { login: "ada" }],
		["with an empty id", { ...ADA, id: "" }],
		["with a blank id", { ...ADA, id: "  " }],
		["with the id null", { ...ADA, id: null }],
		["with the id 0", { ...ADA, id: 0 }],
		["with an id that is an object", { ...ADA, id: { value: 1 } }],
		["with an id that has been rounded", { ...ADA, id: 2 ** 53 }],
		["with an id that is a fraction", { ...ADA, id: 1.5 }],
		["with the id true", { ...ADA, id: true }],
		["with an id of half a character", { ...ADA, id: "a\ud800" }],
	])("%s is INVALID_PROFILE", async (_, answer) => {
		server.on("/user", answer);
		expect(await failedSignIn({}, "INVALID_PROFILE")).toMatchObject({ step: "user" });
	});

	test("that a provider package trips over is INVALID_PROFILE", async () => {
		const provider = defineAcme(server.url, {
			toProfile: (user) => ({ id: (user as never as { a: { b: string } }).a.b }),
		});
		const signIn = await provider(CLIENT).startSignIn();
		const error = await failureOf(
			provider(CLIENT).handleCallback(callbackRequest(signIn)),
			"INVALID_PROFILE",
		);
		expect(error.cause).toMatchObject({ message: expect.stringContaining("undefined") });
	});

	test("becomes a profile in which what is empty is absent", async () => {
		server.on("/user", { id: 2 ** 53 - 1, login: "", email: null });
		const provider = defineAcme(server.url, {
			toProfile: ({ id, login, email }) => ({
				id,
				username: login,
				email,
				emailVerified: true,
				name: 7 as never,
			}),
		})(CLIENT);
		const { profile, providerUserId } = await provider.validateCallback("code-of-ada");
		expect(profile).toEqual({ id: "9007199254740991" });
		expect(providerUserId).toBe("9007199254740991");
	});

	test.each([undefined, null, "", 7, true, ["ada@example.com"], { address: "ada@example.com" }])(
		"vouches for no address where there is none: %j",
		async (email) => {
			server.on("/user", { id: 1, email });
			const provider = defineAcme(server.url, {
				toProfile: ({ id, email }) => ({ id, email, emailVerified: true }),
			})(CLIENT);
			const { profile } = await provider.validateCallback("code-of-ada");
			expect(profile).toEqual({ id: "1" });
		},
	);
});

describe("a request", () => {
	test("asks for JSON and says who is asking", async () => {
		await defineAcme(server.url)(CLIENT).validateCallback("code-of-ada");
		const [token, user] = server.requests;
		expect(token?.headers).toMatchObject({
			accept: "application/json",
			"user-agent": "oauth-acme",
			"content-type": "application/x-www-form-urlencoded;charset=UTF-8",
		});
		expect(user?.headers).toMatchObject({
			accept: "application/json",
			"user-agent": "oauth-acme",
			authorization: `Bearer ${TOKEN_ANSWER.access_token}`,
		});
		expect(token?.headers.authorization).toBeUndefined();
		for (const { query } of server.requests) expect([...query]).toEqual([]);
	});

	test("takes the provider's own headers in place of the usual ones, and never none", async () => {
		const headers = { "user-agent": "example/1", "x-version": "2", "x-none": undefined };
		await defineAcme(server.url, { headers })(CLIENT).validateCallback("code-of-ada");
		for (const { headers } of server.requests)
			expect(headers).toMatchObject({
				"user-agent": "example/1",
				"x-version": "2",
				accept: "application/json",
			});
		await defineAcme(server.url, { headers: { "user-agent": undefined } })(CLIENT).validateCallback(
			"code-of-ada",
		);
		expect(server.requests.at(-1)?.headers["user-agent"]).toBe("oauth-acme");
	});

	test("goes through the app's own fetch, with every limit", async () => {
		const seen: string[] = [];
		const provider = defineAcme(server.url)({
			...CLIENT,
			fetch: (url, init) => {
				seen.push(`${init?.method ?? "GET"} ${new URL(String(url)).pathname} ${init?.redirect}`);
				return fetch(url, init);
			},
		});
		await provider.validateCallback("code-of-ada");
		expect(seen).toEqual(["POST /token manual", "GET /user manual"]);
	});

	test("ends in time even where the app's own fetch heeds no signal", async () => {
		const error = await failedSignIn({ fetch: () => new Promise(() => {}), timeout: 50 });
		expect(error).toMatchObject({ step: "token", cause: { message: expect.stringContaining("timeout") } });
	});

	test("to a provider that hangs ends by itself, after ten seconds unless told", async () => {
		server.on("/token", () => {});
		const error = await failedSignIn({ timeout: undefined });
		expect(error.cause).toMatchObject({ message: expect.stringContaining("timeout") });
	});

	test("that is over is gone from memory, however long its timeout is", async () => {
		const signals: WeakRef<AbortSignal>[] = [];
		const provider = defineAcme(server.url)({
			...CLIENT,
			timeout: 600_000,
			fetch: (url, init) => {
				signals.push(new WeakRef(init?.signal as AbortSignal));
				return fetch(url, init);
			},
		});
		await provider.validateCallback("code-of-ada");
		await vi.waitFor(() => {
			// It collects all garbage before it counts.
			queryObjects(AbortSignal);
			expect(signals.map((signal) => signal.deref() === undefined)).toEqual([true, true]);
		}, 20_000);
	});

	test("keeps an error of the app's own fetch from telling the request", async () => {
		const error = await failedSignIn({
			fetch: async (url, init) => {
				throw Object.assign(new Error(`failed: ${init?.body} at ${url}`), { request: init, code: "E_FETCH" });
			},
		});
		expect(error.cause).toMatchObject({ code: "E_FETCH" });
		expect(error.cause).not.toHaveProperty("request");
	});

	test("to nobody ends in an error that says why", async () => {
		const closed = await new Promise<number>((resolve) => {
			const probe = createServer().listen(0, "127.0.0.1", () => {
				const { port } = probe.address() as { port: number };
				probe.close(() => resolve(port));
			});
		});
		const error = await failedSignIn({ endpoints: { token: `http://127.0.0.1:${closed}/token` } });
		expect(error).toMatchObject({ cause: { code: "ECONNREFUSED" } });
	});
});

describe("a code that is none", () => {
	test.each(["", undefined, null, 7, {}, ["code"]])(
		"%j is FAILED_REQUEST without a request",
		async (code) => {
			const provider = defineAcme(server.url)(CLIENT);
			expect(await failureOf(provider.validateCallback(code as string), "FAILED_REQUEST")).toMatchObject({
				step: "token",
			});
			expect(server.requests).toEqual([]);
		},
	);

	test("with strange letters arrives as it is", async () => {
		const code = `4/0A&b=c+d %20é${Buffer.from(getRandomValues(new Uint8Array(8))).toString("base64")}`;
		await defineAcme(server.url)(CLIENT).validateCallback(code);
		expect(server.requests[0]?.form.code).toBe(code);
	});
});
