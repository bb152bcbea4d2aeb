import { failureOf } from "@oauth/test-kit/errors";
import { serve } from "@oauth/test-kit/loopback";
import { describe, expect, test } from "vitest";
import { authorizationsOf, connect, OLD } from "./api-server.ts";

const OWN_HEADERS = { cookie: "session=1", "x-api-key": "key of the app", "user-agent": "app/1" };
const REDIRECTS = [301, 302, 303, 307, 308];

/** Makes URLs of other origins from those of the API and of another server. */
const ELSEWHERE: [string, (api: URL, other: URL) => string | URL | Request][] = [
	["another port", (_, other) => `${other}`],
	["another host", ({ port }) => `http://localhost:${port}/`],
	["another scheme", ({ host }) => `https://${host}/`],
	["a URL in capital letters", (_, other) => `HTTP://${other.host}/`],
	["a URL object", (_, other) => other],
	["a Request object", (_, other) => new Request(other)],
	["the API as a user name", ({ host }, other) => `http://${host}@${other.host}/`],
	["the API as a user name and backslashes", ({ host }, other) => `http:\\\\${host}@${other.host}\\`],
	["the API as a password", ({ hostname }, other) => `http://x:${hostname}@${other.host}/`],
	["a scheme without slashes", (_, other) => `https:${other.host}/`],
	["a space before it", (_, other) => ` ${other}`],
	["a tab in its scheme", (_, other) => `ht\ttp://${other.host}/`],
	["the API as a subdomain", ({ port }) => `http://127.0.0.1.localhost:${port}/`],
	["a dot after the host", ({ port }) => `http://localhost.:${port}/`],
	["a URL without an origin", () => "data:text/plain,hello"],
	["a file", () => "file:///etc/hostname"],
	["a script", () => "javascript:alert(1)"],
	["an invalid URL", () => "http://[/"],
];

/** Texts that look like another host, but are paths of the API. */
const PATHS: [string, (other: URL) => string][] = [
	["two slashes", ({ host }) => `//${host}/path`],
	["three slashes", ({ host }) => `///${host}/path`],
	["backslashes", ({ host }) => `\\\\${host}\\path`],
	["a slash and a backslash", ({ host }) => `/\\${host}/path`],
	["an @", ({ host }) => `@${host}/path`],
	["a colon and a port", ({ port }) => `:${port}/path`],
	["a dot", ({ hostname }) => `.${hostname}/path`],
	["dots", () => "../../../path"],
	["encoded dots", () => "/%2e%2e/%2e%2e/path"],
];

describe("vault.client never sends a token to another origin", () => {
	test.each(ELSEWHERE)("%s is INVALID_CONFIG", async (_, make) => {
		const { api, client } = await connect();
		const other = await serve({ "/": {} });
		const target = make(new URL(api.url), new URL(other.url));
		for (const call of [client, client.raw, client.native]) {
			const { message } = await failureOf(call(target as string), "INVALID_CONFIG");
			expect(message).toBe(
				`acme: INVALID_CONFIG (api): the URL is not one of ${api.url}, which alone gets these tokens. ` +
					'Developer: begin a path with "/", or make another client with that baseURL.',
			);
		}
		expect(api.requests).toEqual([]);
		expect(other.requests).toEqual([]);
	});

	test.each(PATHS)("%s before a host is a path of the API", async (_, make) => {
		const { api, client } = await connect();
		const other = await serve({ "/path": {} });
		const call = client(make(new URL(other.url)));
		await failureOf(call, "FAILED_REQUEST");
		expect(api.requests).toHaveLength(1);
		expect(other.requests).toEqual([]);
	});

	test("a baseURL of another origin is refused in a call, in create and in a hook", async () => {
		const { api, client } = await connect();
		const other = await serve({ "/": {} });
		const hook = client.create({
			onRequest(context) {
				context.request = other.url;
			},
		});
		await failureOf(client("/", { baseURL: other.url }), "INVALID_CONFIG");
		await failureOf(client.create({ baseURL: other.url })("/"), "INVALID_CONFIG");
		await failureOf(hook("/"), "INVALID_CONFIG");
		expect([...api.requests, ...other.requests]).toEqual([]);
	});

	test("a base that ends like the API's host takes no other host in", async () => {
		const { api, client } = await connect();
		await failureOf(client(`${api.url}.evil.example/`), "INVALID_CONFIG");
		await failureOf(client(`${api.url}0/`), "INVALID_CONFIG");
		expect(api.requests).toEqual([]);
	});

	test("a path without a slash and with a colon is refused, and one with a slash is sent", async () => {
		const { api, client } = await connect();
		api.on("/people:search", { ok: true });
		await failureOf(client("people:search"), "INVALID_CONFIG");
		expect(await client("/people:search")).toEqual({ ok: true });
		expect(api.requests).toHaveLength(1);
	});
});

describe("redirects of vault.client", () => {
	test.each(REDIRECTS)("a %i to another origin goes without token and headers of the app", async (code) => {
		const { api, client } = await connect({ headers: OWN_HEADERS });
		const other = await serve({ "/file": { content: 1 } });
		api.fail("/", code, {}, { location: `${other.url}/file` });
		expect(await client("/")).toEqual({ content: 1 });
		expect(await client(new Request(`${api.url}/`, { headers: { "x-own": "1" } }))).toEqual({ content: 1 });
		expect(api.requests[0]?.headers).toMatchObject(OWN_HEADERS);
		for (const { headers } of other.requests) {
			expect(headers).toMatchObject({ "user-agent": "oauth-acme" });
			for (const name of ["authorization", "cookie", "x-api-key", "x-own"])
				expect(headers[name]).toBeUndefined();
		}
		expect(other.requests).toHaveLength(2);
	});

	test.each(["//host/file", "http://127.0.0.1@host/file", "/\\host/file", "\\\\host/file"])(
		"the location %j is that of another host",
		async (location) => {
			const { api, client } = await connect();
			const other = await serve({ "/file": { content: 1 } });
			api.fail("/", 302, {}, { location: location.replace("host", new URL(other.url).host) });
			// A URL with a user name is one that no `fetch` takes.
			await client("/", { retry: false }).catch(() => {});
			expect(authorizationsOf(api.requests)).toEqual([`Bearer ${OLD}`]);
			for (const { headers } of other.requests) expect(headers.authorization).toBeUndefined();
		},
	);

	test("a redirect on the same origin keeps token, headers and method", async () => {
		const { api, client } = await connect({ headers: OWN_HEADERS });
		api.fail("/a/b", 302, {}, { location: "../c?d=1" });
		api.on("/c", { ok: true });
		await client("/a/b");
		await client("/a/b", { method: "HEAD" });
		await client(new Request(`${api.url}/a/b`, { method: "HEAD" }));
		expect(api.requests.map(({ method, path }) => `${method} ${path}`)).toEqual(
			["GET", "HEAD", "HEAD"].flatMap((method) => [`${method} /a/b`, `${method} /c`]),
		);
		for (const { headers } of api.requests)
			expect(headers).toMatchObject({ ...OWN_HEADERS, authorization: `Bearer ${OLD}` });
	});

	test("a site that redirects back to the API does not get the token sent there", async () => {
		const { api, client, issuer } = await connect({ headers: OWN_HEADERS });
		const other = await serve();
		other.fail("/", 302, {}, { location: `${api.url}/delete?all=1` });
		api.fail("/", 302, {}, { location: `${other.url}/` });
		api.fail("/delete", 307, {}, { location: "/deleted" });
		api.fail("/deleted", 401);
		expect(await failureOf(client("/"), "FAILED_REQUEST")).toMatchObject({ status: 401 });
		expect(authorizationsOf(api.requests)).toEqual([`Bearer ${OLD}`, undefined, undefined]);
		expect(api.requests[1]?.headers.cookie).toBeUndefined();
		expect(issuer.requests).toEqual([]);
	});

	test("a 401 of another origin is no reason to refresh", async () => {
		const { api, client, issuer } = await connect();
		const other = await serve();
		other.fail("/", 401);
		api.fail("/", 302, {}, { location: other.url });
		expect(await failureOf(client("/"), "FAILED_REQUEST")).toMatchObject({ status: 401 });
		expect(issuer.requests).toEqual([]);
		expect(other.requests).toHaveLength(1);
	});

	test("five redirects are followed, a sixth is an error", async () => {
		const { api, client } = await connect();
		for (let count = 0; count < 6; count++) api.fail(`/${count}`, 302, {}, { location: `/${count + 1}` });
		api.on("/6", { ok: true });
		expect(await client("/1")).toEqual({ ok: true });
		expect(api.requests).toHaveLength(6);
		expect(await failureOf(client("/0"), "FAILED_REQUEST")).toMatchObject({ status: 302 });
		expect(api.requests).toHaveLength(12);
	});

	test.each(REDIRECTS)("a %i of a POST is an error, and is not followed", async (code) => {
		const { api, client } = await connect();
		api.fail("/", code, {}, { location: "/there" });
		const error = await failureOf(client("/", { method: "POST", body: { a: 1 } }), "FAILED_REQUEST");
		expect(error.message).toBe(
			`acme: FAILED_REQUEST (api): status ${code}, this redirect is not followed. ` +
				'Developer: correct the URL, or set redirect to "manual" and read the header "location".',
		);
		expect(api.requests).toHaveLength(1);
	});

	test.each([
		"",
		"http://[",
		"http://",
		"https://:0:0/",
		"javascript:alert(1)",
		"data:text/plain,hello",
		"blob:nodedata:x",
		"file:///etc/hostname",
		"ftp://127.0.0.1/",
		"about:blank",
	])("the location %j is an error", async (location) => {
		const { api, client } = await connect();
		api.fail("/", 302, {}, { location });
		expect(await failureOf(client("/"), "FAILED_REQUEST")).toMatchObject({ status: 302 });
		expect(await failureOf(client.native(`${api.url}/`), "FAILED_REQUEST")).toMatchObject({ status: 302 });
		expect(api.requests).toHaveLength(2);
	});

	test("a redirect without a location, and a 304, are responses", async () => {
		const { api, client } = await connect();
		api.fail("/", 302, { a: 1 });
		expect((await client.raw("/")).status).toBe(302);
		api.on("/", (_, response) => response.writeHead(304).end());
		expect((await client.raw("/")).status).toBe(304);
	});

	test('redirect "manual" gives the app the response, and "error" is an error', async () => {
		const { api, client } = await connect();
		api.fail("/", 302, {}, { location: "https://files.example/a" });
		for (const method of ["GET", "POST"]) {
			const response = await client.raw("/", { method, redirect: "manual" });
			expect(response.headers.get("location")).toBe("https://files.example/a");
		}
		const request = new Request(`${api.url}/`, { redirect: "manual" });
		expect((await client.native(request)).status).toBe(302);
		await failureOf(client("/", { redirect: "error" }), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(4);
	});
});
