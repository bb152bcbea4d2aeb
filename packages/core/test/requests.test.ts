import { getRandomValues } from "node:crypto";
import type { ServerResponse } from "node:http";
import { createServer } from "node:net";
import { queryObjects } from "node:v8";
import { gzipSync } from "node:zlib";
import type { OAuthError, OAuthErrorCode, ProviderConfig } from "@oauth/core";
import { ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Handler, type Loopback, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest, readFlow } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
});

/** Expects a sign-in to fail at the provider, with an error that holds nothing that was sent. */
async function failedSignIn(config: Partial<ProviderConfig> = {}, code: OAuthErrorCode = "FAILED_REQUEST") {
	const provider = defineAcme(server.url)({ ...CLIENT, ...config });
	const signIn = await provider.startSignIn(loginRequest());
	const error = await failureOf(provider.handleCallback(callbackRequest(signIn)), code);
	expectNoSecrets(error, [
		"code-of-ada",
		CLIENT.clientSecret,
		TOKEN_RESPONSE.access_token,
		readFlow(signIn).codeVerifier,
		signIn.state,
	]);
	expect(error.provider).toBe("acme");
	return error;
}

function requestsAt(path: string): number {
	return server.requests.filter((request) => request.path === path).length;
}

const big = JSON.stringify({ ...ADA, ...TOKEN_RESPONSE, x: "x".repeat(10 * 2 ** 20) });
const reset = (response: ServerResponse) => response.socket?.resetAndDestroy();

/** Responses that end a sign-in, each with its status or with the reason in the message. */
const failures: [title: string, answer: Handler, outcome: number | string][] = [
	["hangs", () => {}, "no response within 1 s"],
	[
		"hangs in the middle of its response",
		(_, response) => response.writeHead(200).write('{"access_token":'),
		"no response within 1 s",
	],
	["responds with 500", (_, response) => response.writeHead(500).end("oops"), 500],
	[
		"responds with 500 and HTML",
		(_, response) => response.writeHead(500, { "content-type": "text/html" }).end("<h1>"),
		500,
	],
	[
		"responds with HTML",
		(_, response) =>
			response
				.writeHead(200, { "content-type": "text/html" })
				.end("<h1>access-token-of-ada code-of-ada</h1>"),
		200,
	],
	["responds with an empty body", (_, response) => response.end(), 200],
	["responds with 204", (_, response) => response.writeHead(204).end(), 204],
	[
		"responds with half of its JSON",
		(_, response) => response.end('{"access_token":"access-token-of-ada'),
		200,
	],
	["responds with 10 MiB", (_, response) => response.end(big), "more than 1 MiB"],
	[
		"responds with 10 MiB in a few bytes",
		(_, response) => response.writeHead(200, { "content-encoding": "gzip" }).end(gzipSync(big)),
		"more than 1 MiB",
	],
	["resets the connection", (_, response) => reset(response), "ECONNRESET|other side closed|terminated"],
	[
		"resets the connection in the middle of its response",
		(_, response) => {
			response.writeHead(200).write('{"access_token":');
			setTimeout(() => reset(response), 20);
		},
		"ECONNRESET|other side closed|terminated|aborted",
	],
];

describe.each(["/token", "/user"])("failures at %s", (path) => {
	test.each(failures)(
		`a provider that %s at ${path} fails with a FAILED_REQUEST that says why, and the code is sent once`,
		async (title, answer, outcome) => {
			server.on(path, answer);
			const error = await failedSignIn({ timeout: title.startsWith("hangs") ? 1_000 : 5000 });
			expect(error).toMatchObject({ step: path.slice(1) });
			const isStatus = typeof outcome === "number";
			expect(error.status).toBe(isStatus ? outcome : undefined);
			expect(error.message).toMatch(
				isStatus ? `status ${outcome}, the response is not JSON` : new RegExp(outcome),
			);
			expect(error.cause === undefined).toBe(isStatus);
			expect(requestsAt("/token")).toBe(1);
		},
	);

	test.each([301, 302, 303, 307, 308])(
		`a provider that redirects ${path} with %i fails with FAILED_REQUEST, and nothing is sent elsewhere`,
		async (status) => {
			const elsewhere = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
			server.fail(path, status, "", { location: `${elsewhere.url}${path}` });
			expect(await failedSignIn()).toMatchObject({ step: path.slice(1), status });
			expect(elsewhere.requests).toEqual([]);
		},
	);

	test.each<[object | string, string | undefined, string | undefined]>([
		[{ error: { message: "Bad code", type: "OAuthException", code: 100 } }, "OAuthException", "Bad code"],
		[{ error: { message: "Bad code", code: 100 } }, "100", "Bad code"],
		[{ error: 400, message: "Bad Request" }, "400", "Bad Request"],
		[{ status: 400, message: "Invalid authorization code" }, undefined, "Invalid authorization code"],
		[{ title: "Forbidden", detail: "No tweet.read", status: 403 }, undefined, "No tweet.read"],
		[{ errors: [{ code_name: "Unauthorized", detail: "No such grant" }] }, "Unauthorized", "No such grant"],
		[{ errors: [{ message: "Over capacity", code: 130 }] }, "130", "Over capacity"],
		[{ error: "invalid_grant", errors: [{ message: "Expired", code: 7 }] }, "invalid_grant", "Expired"],
		[{ id: "unauthorized", message: "No such grant" }, "unauthorized", "No such grant"],
		[{ id: "36" }, undefined, undefined],
		[
			{ error: "invalid_grant", reason: "Invalid authorization code" },
			"invalid_grant",
			"Invalid authorization code",
		],
		[
			{ message: "The request failed", errors: [{ description: "The code is not valid" }] },
			undefined,
			"The code is not valid",
		],
		[{ status: 403, err: "Invalid scope" }, undefined, "Invalid scope"],
		[
			{ error_summary: "missing_scope/..", error: { ".tag": "missing_scope" } },
			undefined,
			"missing_scope/..",
		],
		[{ error: null, error_description: 7 }, undefined, undefined],
		[{ error: { type: {}, code: {} } }, undefined, undefined],
		[{ error: [] }, undefined, undefined],
		[{ errors: {} }, undefined, undefined],
		[{ errors: [null] }, undefined, undefined],
		[{ error: { message: { toString: 1 } } }, undefined, undefined],
	])(`an error at ${path} is read from the response %j`, async (body, providerError, description) => {
		server.fail(path, 400, body);
		const error = await failedSignIn();
		expect(error.providerError).toBe(providerError);
		expect(error.providerErrorDescription).toBe(description);
		expect(error.message).toContain("status 400");
		for (const words of [providerError, description]) if (words) expect(error.message).toContain(words);
	});

	test(`an error at ${path} is read from plain text and from a header`, async () => {
		server.fail(path, 403, "User not registered here", { "content-type": "text/plain;charset=utf-8" });
		expect((await failedSignIn()).providerErrorDescription).toBe("User not registered here");
		server.fail(path, 403, "", { "www-authenticate": 'Bearer realm="x", error="insufficient_scope"' });
		expect((await failedSignIn()).providerError).toBe("insufficient_scope");
		server.fail(path, 403, "<h1>User not registered here</h1>", { "content-type": "text/html" });
		expect(await failedSignIn()).not.toHaveProperty("providerErrorDescription");
	});

	test(`JSON at ${path} that is not an object is refused`, async () => {
		for (const answer of ["null", "5", '"text"', "[]", "true"]) {
			server.on(path, (_, response) => response.end(answer));
			await failedSignIn({}, path === "/token" ? "FAILED_REQUEST" : "INVALID_PROFILE");
		}
	});
});

describe("a token response", () => {
	test.each<[string, object, string | undefined]>([
		[
			"an error with status 200",
			{ error: "bad_verification_code", error_description: "The code is incorrect." },
			"bad_verification_code",
		],
		["an error and a token", { ...TOKEN_RESPONSE, error: "invalid_scope" }, "invalid_scope"],
		["an error that is not text", { ...TOKEN_RESPONSE, error: { code: 1 } }, "1"],
		["no token", { token_type: "Bearer" }, undefined],
		["an empty token", { ...TOKEN_RESPONSE, access_token: "" }, undefined],
		["a token that is not text", { ...TOKEN_RESPONSE, access_token: 7 }, undefined],
	])(
		"a token response with %s fails with FAILED_REQUEST, though its status is 200",
		async (_, answer, providerError) => {
			server.on("/token", answer);
			const error = await failedSignIn();
			expect(error).toMatchObject({ step: "token", status: 200 });
			expect(error.providerError).toBe(providerError);
			if (!providerError) expect(error.message).toContain("status 200, the response has no access_token");
			expect(server.requests).toHaveLength(1);
		},
	);

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
		["error", "null"],
		["error", '""'],
	])("a token response with an odd %s is read without it", async (name, json) => {
		server.on("/token", (_, response) =>
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
		{ error: "e", retry_after: odd },
		{ error: "e", retry_after: [odd] },
	])("a token response of odd objects fails with FAILED_REQUEST: %j", async (answer) => {
		server.on("/token", answer);
		await failedSignIn();
	});
});

describe("a request", () => {
	test("a request to the provider asks for JSON, sends a User-Agent and has no query", async () => {
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
			authorization: `Bearer ${TOKEN_RESPONSE.access_token}`,
		});
		expect(token?.headers.authorization).toBeUndefined();
		for (const { query } of server.requests) expect([...query]).toEqual([]);
	});

	test("a request has the provider's own headers in place of the usual ones, and always a User-Agent", async () => {
		const headers = { "user-agent": "example/1", "x-version": "2", "x-none": undefined };
		await defineAcme(server.url, { headers })(CLIENT).validateCallback("code-of-ada");
		for (const { headers } of server.requests)
			expect(headers).toMatchObject({
				"user-agent": "example/1",
				"x-version": "2",
				accept: "application/json",
			});
		const provider = defineAcme(server.url, { headers: { "user-agent": undefined } })(CLIENT);
		await provider.validateCallback("code-of-ada");
		expect(server.requests.at(-1)?.headers["user-agent"]).toBe("oauth-acme");
	});

	test("a request goes through the app's own fetch, with a signal and without redirects", async () => {
		const seen: string[] = [];
		const provider = defineAcme(server.url)({
			...CLIENT,
			fetch: (url, init) => {
				const { pathname } = new URL(String(url));
				seen.push(`${init?.method ?? "GET"} ${pathname} ${init?.redirect} ${init?.signal?.aborted}`);
				return fetch(url, init);
			},
		});
		await provider.validateCallback("code-of-ada");
		expect(seen).toEqual(["POST /token manual false", "GET /user manual false"]);
	});

	test("a request times out even where the app's own fetch ignores the signal", async () => {
		const error = await failedSignIn({ fetch: () => new Promise(() => {}), timeout: 50 });
		expect(error).toMatchObject({ step: "token", cause: { message: "no response within 0.05 s" } });
	});

	test("a request times out even where the body from the app's own fetch never ends", async () => {
		const endless = async () => new Response(new ReadableStream());
		const error = await failedSignIn({ fetch: endless, timeout: 50 });
		expect(error).toMatchObject({ step: "token", cause: { message: "no response within 0.05 s" } });
	});

	test("a request times out after ten seconds by default", async () => {
		vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
		onTestFinished(() => {
			vi.useRealTimers();
		});
		const provider = defineAcme(server.url)({ ...CLIENT, fetch: () => new Promise(() => {}) });
		let error: OAuthError | undefined;
		provider.validateCallback("code-of-ada").catch((reason) => {
			error = reason;
		});
		await vi.advanceTimersByTimeAsync(9_999);
		expect(error).toBeUndefined();
		await vi.advanceTimersByTimeAsync(1);
		expect(error?.message).toContain("no response within 10 s");
	});

	test("a request that is over is freed from memory, however long its timeout is", async () => {
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
			// Collects all garbage before it counts.
			queryObjects(AbortSignal);
			expect(signals.map((signal) => signal.deref() === undefined)).toEqual([true, true]);
		}, 20_000);
	});
});

describe("a code", () => {
	test.each(["", undefined, null, 7, {}, ["code"]])(
		"a code of %j fails with FAILED_REQUEST without a request",
		async (code) => {
			const attempt = defineAcme(server.url)(CLIENT).validateCallback(code as string);
			expect((await failureOf(attempt, "FAILED_REQUEST")).message).toContain("(token): there is no code.");
			expect(server.requests).toEqual([]);
		},
	);

	test("a code with unusual characters arrives unchanged", async () => {
		const code = `4/0A&b=c+d %20é${Buffer.from(getRandomValues(new Uint8Array(8))).toString("base64")}`;
		await defineAcme(server.url)(CLIENT).validateCallback(code);
		expect(server.requests[0]?.form.code).toBe(code);
	});
});

describe("the network", () => {
	/** Returns a port on which nothing listens. */
	function closedPort(): Promise<number> {
		return new Promise((resolve) => {
			const probe = createServer().listen(0, "127.0.0.1", () => {
				const { port } = probe.address() as { port: number };
				probe.close(() => resolve(port));
			});
		});
	}

	test("a refused connection fails with a FAILED_REQUEST that says so", async () => {
		const token = `http://127.0.0.1:${await closedPort()}/token`;
		const error = await failedSignIn({ endpoints: { token } });
		expect(error.message).toMatch(
			/^acme: FAILED_REQUEST \(token\): connect ECONNREFUSED 127\.0\.0\.1:\d+\. /,
		);
		expect(error).toMatchObject({ cause: { code: "ECONNREFUSED" } });
		expect(error.status).toBeUndefined();
	});

	test("a host that DNS doesn't know fails with a FAILED_REQUEST that names it", async () => {
		const error = await failedSignIn({ endpoints: { token: "http://acme.invalid/token" } });
		expect(error.message).toMatch(/^acme: FAILED_REQUEST \(token\): getaddrinfo E\w+ acme\.invalid\. /);
	});
});
