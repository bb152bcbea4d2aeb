import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { inspect } from "node:util";
import { OAuthError } from "@oauth/core";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Handler, sendJson } from "@oauth/test-kit/loopback";
import { tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { FetchError } from "ofetch";
import { describe, expect, test } from "vitest";
import { breaks, connect, inTurn, NEW, OLD, onlyFor, REFRESH, SECRETS, silent } from "./api-server.ts";

/** Expects none of the tokens in an error as a log shows it. The API's body is behind a getter, which is not printed. */
function expectCleanLog(error: OAuthError): void {
	const { cause } = error;
	const views = [error, cause].flatMap((shown) => [
		inspect(shown, { depth: 10, showHidden: true }),
		JSON.stringify(shown),
		`${Object(shown).message} ${Object(shown).stack}`,
		inspect({ ...Object(shown) }, { depth: 10, showHidden: true }),
	]);
	for (const secret of SECRETS) for (const view of views) expect(`${view}`).not.toContain(secret);
}

describe("errors of vault.client", () => {
	test("the error of a response has status, step and provider, and the API's body in cause.data", async () => {
		const { api, client } = await connect();
		const body = { message: "Validation Failed", errors: [{ field: "title" }] };
		api.fail("/", 422, body, { "x-request-id": "7" });
		const error = await failureOf(client("/", { method: "POST", body: { a: 1 } }), "FAILED_REQUEST");
		expect(error).toMatchObject({ provider: "acme", step: "api", status: 422 });
		expect(error.message).toBe(
			"acme: FAILED_REQUEST (api): status 422, the provider says Validation Failed. " +
				"Developer: compare the request with the API's documentation.",
		);
		const cause = error.cause as FetchError;
		expect(cause).toBeInstanceOf(FetchError);
		expect(cause.data).toEqual(body);
		expect(cause.response?.headers.get("x-request-id")).toBe("7");
		expect(cause.message).toBe(error.message);
	});

	test("no view of a response's error shows the token or the refresh token", async () => {
		const { api, client } = await connect();
		api.fail("/", 403, { message: "no" });
		expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
		expectNoSecrets(await failureOf(client(new Request(`${api.url}/`)), "FAILED_REQUEST"), SECRETS);
		api.fail("/", 401, { message: "no" });
		expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
		expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
	});

	test.each<[string, Handler]>([
		["as JSON", ({ headers }, response) => sendJson(response, 403, { message: headers.authorization })],
		["encoded", (_, response) => sendJson(response, 403, { message: encodeURIComponent(`${OLD}`) })],
		["in an object", ({ headers }, response) => sendJson(response, 403, { error: { ...headers } })],
		[
			"as text",
			({ headers }, response) =>
				response.writeHead(403, { "content-type": "text/plain" }).end(headers.authorization),
		],
		[
			"as HTML",
			({ headers }, response) =>
				response.writeHead(403, { "content-type": "text/html" }).end(`<p>${headers.authorization}`),
		],
		["in the status line", ({ headers }, response) => response.writeHead(403, headers.authorization).end()],
		[
			"in a header",
			({ headers }, response) => sendJson(response, 403, {}, { "x-seen": headers.authorization }),
		],
	])("an API that repeats the token %s does not get it into a log", async (_, handler) => {
		const { api, client } = await connect();
		api.on("/", handler);
		const error = await failureOf(client("/", { query: { token: OLD } }), "FAILED_REQUEST");
		expect(error).toMatchObject({ status: 403 });
		expectCleanLog(error);
	});

	test("an API that repeats the refreshed token does not get it into a log", async () => {
		const { api, client } = await connect();
		api.on("/", ({ headers }, response) => {
			const isOld = headers.authorization === `Bearer ${OLD}`;
			sendJson(response, isOld ? 401 : 400, { message: `${headers.authorization}, not ${OLD}` });
		});
		expectCleanLog(await failureOf(client("/"), "FAILED_REQUEST"));
	});

	test("a page of HTML is no part of the message", async () => {
		const { api, client } = await connect({ retry: false });
		api.fail("/", 502, "<html><h1>Bad Gateway</h1>", { "content-type": "text/html" });
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error.message).toBe("acme: FAILED_REQUEST (api): status 502. Try again later.");
		expect((error.cause as FetchError).data).toContain("Bad Gateway");
	});

	test.each(["GET", "POST"])(
		"a broken connection of a %s is FAILED_REQUEST without a status",
		async (method) => {
			const { api, client } = await connect();
			api.on("/", breaks);
			const error = await failureOf(client("/", { method }), "FAILED_REQUEST");
			expect(error).toMatchObject({ provider: "acme", step: "api" });
			expect(error.status).toBeUndefined();
			expect(error.message).toMatch(/^acme: FAILED_REQUEST \(api\): .+\. Try again later\.$/);
			expectNoSecrets(error, SECRETS);
		},
	);

	test("a server that does not exist is FAILED_REQUEST, and native says the same", async () => {
		const server = createServer().listen(0, "127.0.0.1");
		await once(server, "listening");
		const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
		server.close();
		await once(server, "close");
		const { clientWith } = await connect();
		const client = clientWith({ baseURL: url, retry: false });
		expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
		expectNoSecrets(await failureOf(client.native(url), "FAILED_REQUEST"), SECRETS);
	});

	test.each(["json", "text", "blob", "arrayBuffer"] as const)(
		"a body that breaks off is FAILED_REQUEST as %s",
		async (responseType) => {
			const { api, client } = await connect({ retry: false });
			api.on("/", (_, response) => {
				response.writeHead(200, { "content-length": "100" });
				response.write(`"${OLD}`, () => response.destroy());
			});
			const error = await failureOf(client("/", { responseType }), "FAILED_REQUEST");
			expect(error.step).toBe("api");
			expectNoSecrets(error, SECRETS);
		},
	);

	test("an app's own fetch that quotes the request in its error does not get the token into ours", async () => {
		const own: typeof fetch = async (input, init) => {
			const headers = [...new Headers(init?.headers)];
			const error = new Error(`${input} failed with ${JSON.stringify(headers)}`, { cause: { headers } });
			throw Object.assign(error, { config: { headers }, request: init });
		};
		const { api, client } = await connect({ fetch: own, retry: false });
		expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
		expectNoSecrets(await failureOf(client.native(`${api.url}/`), "FAILED_REQUEST"), SECRETS);
	});

	test("an app's own fetch that throws no error at all is FAILED_REQUEST", async () => {
		for (const thrown of [undefined, null, 0, "", OLD]) {
			const { client } = await connect({ fetch: () => Promise.reject(thrown), retry: false });
			expectNoSecrets(await failureOf(client("/"), "FAILED_REQUEST"), SECRETS);
		}
	});

	test("errors of a hook and of parseResponse are thrown as they are", async () => {
		const { client } = await connect();
		const problem = new Error("a problem of the app");
		const fails = () => {
			throw problem;
		};
		await expect(client("/", { onRequest: fails })).rejects.toBe(problem);
		await expect(client("/", { onResponse: fails })).rejects.toBe(problem);
		await expect(client("/", { parseResponse: fails })).rejects.toBe(problem);
	});

	test("errors of the store are thrown as they are, and the store is asked once", async () => {
		const problem = new Error("the database is gone");
		let reads = 0;
		const store = {
			...memoryStore(),
			async get() {
				reads++;
				throw problem;
			},
		};
		const vault = tokenVault({ store, keys: [Buffer.alloc(32).toString("base64")], providers: [] });
		const client = vault.client("user", "acme", { baseURL: "http://127.0.0.1:1", retryDelay: 1 });
		await expect(client("/")).rejects.toBe(problem);
		expect(reads).toBe(1);
		await expect(client.native("http://127.0.0.1:1/")).rejects.toBe(problem);
	});
});

describe("timeouts and aborts of vault.client", () => {
	const stalls: Handler = (_, response) => {
		response.writeHead(200, { "content-type": "application/json" }).write('{"ok":');
	};

	test.each<[string, Handler]>([
		["sends nothing", silent],
		["stops in the middle of the body", stalls],
	])("a server that %s is FAILED_REQUEST after the timeout, and is not asked again", async (_, handler) => {
		const { api, client } = await connect({ timeout: 500 });
		api.on("/", handler);
		for (const signal of [undefined, new AbortController().signal]) {
			const error = await failureOf(client("/", { signal }), "FAILED_REQUEST");
			expect(error.message).toBe("acme: FAILED_REQUEST (api): no response within 0.5 s. Try again later.");
			expectNoSecrets(error, SECRETS);
		}
		await failureOf(client(new Request(`${api.url}/`)), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(3);
	});

	test("the connection is closed when the time is over", async () => {
		const { api, client } = await connect({ timeout: 200 });
		const isClosed = new Promise((resolve) => {
			api.on("/", (_, response) => response.on("close", () => resolve(true)));
		});
		await failureOf(client("/", { signal: new AbortController().signal }), "FAILED_REQUEST");
		expect(await isClosed).toBe(true);
	});

	test("a POST whose time was over while the token was refreshed is not sent afterwards", async () => {
		const sent: unknown[] = [];
		const own: typeof fetch = async (input, init) => {
			sent.push(init?.method);
			// Without the signal, as some do.
			return fetch(input, { ...init, signal: null });
		};
		const { api, issuer, vault, clientWith } = await connect();
		const client = clientWith({ fetch: own });
		api.on("/", onlyFor("another-access-token"));
		let release = () => {};
		const isReleased = new Promise<void>((resolve) => {
			release = resolve;
		});
		issuer.on("/token", async (_, response) => {
			await isReleased;
			sendJson(response, 200, { access_token: "another-access-token", token_type: "Bearer" });
		});
		await failureOf(client("/", { method: "POST", body: {}, timeout: 500 }), "FAILED_REQUEST");
		release();
		await vault.close();
		expect(await client("/", { method: "PUT", body: {} })).toEqual({ ok: true });
		expect(sent).toEqual(["POST", "PUT"]);
		expect(issuer.requests).toHaveLength(1);
	});

	test("a timeout of 0 is none", async () => {
		const { client } = await connect({ timeout: 0 });
		expect(await client("/")).toEqual({ ok: true });
	});

	test("a stream may take longer than the timeout", async () => {
		const { api, client } = await connect({ timeout: 200 });
		api.on("/", (_, response) => {
			response.writeHead(200, { "content-type": "text/event-stream" }).write("one,");
			setTimeout(() => response.end("two"), 400);
		});
		expect(await new Response(await client("/", { responseType: "stream" })).text()).toBe("one,two");
	});

	test.each<[string, Handler]>([
		["before the response", silent],
		["in the middle of the body", stalls],
	])("an abort %s is the app's own error, and nothing is sent again", async (_, handler) => {
		const { api, client } = await connect();
		for (const reason of [undefined, new Error("the app's reason")]) {
			const controller = new AbortController();
			api.on("/", (request, response) => {
				handler(request, response);
				setTimeout(() => controller.abort(reason), 20);
			});
			const error = await client("/", { signal: controller.signal }).catch((thrown) => thrown);
			expect(error).toBe(controller.signal.reason);
			expect(OAuthError.is(error)).toBe(false);
			expect(error.name).toBe(reason ? "Error" : "AbortError");
		}
		expect(api.requests).toHaveLength(2);
	});

	test("the signal of a Request object is heeded, by native too and behind a redirect", async () => {
		const { api, client } = await connect();
		api.fail("/", 302, {}, { location: "/there" });
		for (const call of [client, client.native]) {
			const controller = new AbortController();
			api.on("/there", () => controller.abort());
			const request = new Request(`${api.url}/`, { signal: controller.signal });
			await expect(call(request)).rejects.toMatchObject({ name: "AbortError" });
		}
		expect(api.requests).toHaveLength(4);
	});

	test("an abort while the token is being refreshed is the app's own error at once, and the refresh goes on", async () => {
		const { issuer, vault, save } = await connect();
		let respond = () => {};
		issuer.on("/token", (_, response) => {
			respond = () => sendJson(response, 200, { access_token: NEW, expires_in: 3600 });
		});
		await save(OLD, REFRESH);
		const refreshing = vault.get("user", "acme", { rejectedAccessToken: OLD });
		while (issuer.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		const controller = new AbortController();
		const reason = new Error("the user has left");
		const api = vault.client("user", "acme", { baseURL: issuer.url });
		issuer.fail("/", 401);
		const call = api("/", { signal: controller.signal });
		while (issuer.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
		controller.abort(reason);
		await expect(call).rejects.toBe(reason);
		respond();
		expect(await refreshing).toMatchObject({ accessToken: NEW });
	});

	test.each([
		["timeout", Number.POSITIVE_INFINITY],
		["timeout", 2 ** 40],
	])("%s: %d waits as long as the API takes", async (name, value) => {
		const { clientWith } = await connect();
		expect(await clientWith({ [name]: value })("/")).toEqual({ ok: true });
	});

	test("retry: NaN repeats nothing", async () => {
		const { clientWith, api } = await connect();
		api.fail("/", 503);
		await failureOf(clientWith({ retry: Number.NaN })("/"), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(1);
	});

	test("a signal that is aborted already sends and reads nothing", async () => {
		const { api, client } = await connect();
		await expect(client("/", { signal: AbortSignal.abort() })).rejects.toMatchObject({ name: "AbortError" });
		expect(api.requests).toEqual([]);
	});

	test("an app's own fetch that quotes the request after an abort does not get the token out", async () => {
		const controller = new AbortController();
		const own: typeof fetch = async (_, init) => {
			controller.abort();
			throw new Error(JSON.stringify([...new Headers(init?.headers)]));
		};
		const { client } = await connect({ fetch: own });
		const error = await client("/", { signal: controller.signal }).catch((thrown) => thrown);
		expect(error.name).toBe("AbortError");
		expectNoSecrets(error, SECRETS);
	});

	test("an abort ends a stream that the app reads", async () => {
		const { api, client } = await connect();
		const controller = new AbortController();
		api.on("/", stalls);
		const stream = await client("/", { responseType: "stream", signal: controller.signal });
		const text = new Response(stream).text();
		controller.abort();
		await expect(text).rejects.toMatchObject({ name: "AbortError" });
	});

	test("an API that comes back after an outage is reached again by the same client", async () => {
		const { api, client } = await connect();
		api.on("/", inTurn(breaks, breaks, breaks));
		await failureOf(client("/"), "FAILED_REQUEST");
		expect(await client("/")).toEqual({ ok: true });
	});
});
