import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { sendJson, serve } from "@oauth/test-kit/loopback";
import { type TokenProvider, tokenVault, type VaultOptions } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { describe, expect, test } from "vitest";
import { connect, OLD } from "./api-server.ts";

describe("requests of vault.client", () => {
	test("a request has the access token as a Bearer token, and a user-agent", async () => {
		const { api, client } = await connect();
		expect(await client("/")).toEqual({ ok: true });
		expect(api.requests[0]?.headers).toMatchObject({
			authorization: `Bearer ${OLD}`,
			"user-agent": "oauth-acme",
		});
	});

	test("the app's user-agent is sent, but not its own authorization header", async () => {
		const { api, client } = await connect({ headers: { "user-agent": "app/1", authorization: "Basic eA" } });
		await client("/", { headers: { Authorization: "Basic eQ" } });
		expect(api.requests[0]?.headers).toMatchObject({
			"user-agent": "app/1",
			authorization: `Bearer ${OLD}`,
		});
	});

	test("query, headers and base path of the client and of the call are joined", async () => {
		const { api, clientWith } = await connect();
		api.on("/v1/repos", []);
		const client = clientWith({
			baseURL: `${api.url}/v1`,
			query: { page: 1, size: 5 },
			headers: { a: "1", b: "1" },
		});
		await client("/repos", { query: { page: 2 }, headers: { b: "2" } });
		const [request] = api.requests;
		expect(request?.path).toBe("/v1/repos");
		expect(Object.fromEntries(request?.query ?? [])).toEqual({ page: "2", size: "5" });
		expect(request?.headers).toMatchObject({ a: "1", b: "2" });
	});

	test("create makes a client with further defaults, which sends the token too", async () => {
		const { api, client } = await connect({ headers: { a: "1" } });
		api.on("/v2", { ok: 2 });
		const next = client.create({ baseURL: `${api.url}/v2`, query: { x: 1 } }).create({ headers: { b: "2" } });
		expect(await next("/")).toEqual({ ok: 2 });
		expect(api.requests[0]?.query.get("x")).toBe("1");
		expect(api.requests[0]?.headers).toMatchObject({ b: "2", authorization: `Bearer ${OLD}` });
	});

	test.each(["POST", "post", "PUT", "PATCH", "patch", "DELETE"])(
		"an object is sent as JSON with %s",
		async (method) => {
			const { api, client } = await connect();
			await client("/", { method, body: { a: [1] } });
			expect(api.requests[0]).toMatchObject({ method: method.toUpperCase(), body: '{"a":[1]}' });
			expect(api.requests[0]?.headers["content-type"]).toBe("application/json");
		},
	);

	test("a form, a FormData and a text are sent as they are", async () => {
		const { api, client } = await connect();
		await client("/", { method: "POST", body: new URLSearchParams({ a: "b c" }) });
		const form = new FormData();
		form.set("file", new Blob(["content of a file"]), "a.txt");
		await client("/", { method: "POST", body: form });
		await client("/", { method: "PUT", body: "text", headers: { "content-type": "text/plain" } });
		const [encoded, multipart, plain] = api.requests;
		expect(encoded?.form).toEqual({ a: "b c" });
		expect(multipart?.headers["content-type"]).toMatch(/^multipart\/form-data; boundary=/);
		expect(multipart?.body).toContain("content of a file");
		expect(plain).toMatchObject({ body: "text" });
	});

	test("a stream is sent as it comes", async () => {
		const { api, client } = await connect();
		const body = new Blob(["one,", "two"]).stream();
		await client("/", { method: "POST", body, headers: { "content-type": "text/csv" } });
		expect(api.requests[0]?.body).toBe("one,two");
	});

	test("the same headers go with a Request object, with its body, method and headers", async () => {
		const { api, client } = await connect({ headers: { a: "1" } });
		await client(new Request(`${api.url}/`, { headers: { b: "2" } }));
		await client(
			new Request(`${api.url}/`, { method: "post", body: "text", headers: { "content-type": "text/plain" } }),
		);
		const [get, post] = api.requests;
		expect(get).toMatchObject({ method: "GET", headers: { a: "1", b: "2", authorization: `Bearer ${OLD}` } });
		expect(post).toMatchObject({ method: "POST", body: "text", headers: { "content-type": "text/plain" } });
	});

	test("an app's own fetch gets every request", async () => {
		const urls: string[] = [];
		const own: typeof fetch = (input, init) => {
			urls.push(`${input}`);
			return fetch(input, init);
		};
		const { api, client } = await connect({ fetch: own });
		await client("/");
		expect(urls).toEqual([`${api.url}/`]);
	});
});

describe("responses of vault.client", () => {
	test("JSON has the type that the call names", async () => {
		const { client } = await connect();
		const answer: { ok: boolean } = await client<{ ok: boolean }>("/");
		expect(answer.ok).toBe(true);
	});

	test("text, blob and stream are what the response type says", async () => {
		const { client } = await connect();
		const text: string = await client("/", { responseType: "text" });
		const blob: Blob = await client("/", { responseType: "blob" });
		const stream: ReadableStream = await client("/", { responseType: "stream" });
		expect(text).toBe('{"ok":true}');
		expect(await blob.text()).toBe(text);
		expect(await new Response(stream).text()).toBe(text);
	});

	test("a page of HTML is text, and JSON that is cut off too", async () => {
		const { api, client } = await connect();
		api.fail("/", 200, "<p>Hello", { "content-type": "text/html" });
		expect(await client("/")).toBe("<p>Hello");
		api.fail("/", 200, '{"ok":', { "content-type": "application/json" });
		expect(await client("/")).toBe('{"ok":');
	});

	test("raw resolves to the whole response", async () => {
		const { api, client } = await connect();
		api.on("/", (_, response) => sendJson(response, 201, { id: 1 }, { "x-total": "7" }));
		const response = await client.raw<{ id: number }>("/");
		expect(response.status).toBe(201);
		expect(response.headers.get("x-total")).toBe("7");
		expect(response._data?.id).toBe(1);
	});

	test("an empty response is undefined, and a HEAD has its headers", async () => {
		const { api, client } = await connect();
		api.on("/", (_, response) => response.writeHead(204, { "x-total": "7" }).end());
		expect(await client("/", { method: "DELETE" })).toBeUndefined();
		expect((await client.raw("/", { method: "HEAD" })).headers.get("x-total")).toBe("7");
	});

	test("native is a fetch with the token, which resolves for a 404", async () => {
		const { api, client } = await connect();
		const response = await client.native(`${api.url}/nowhere`, { headers: { a: "1" } });
		expect(response.status).toBe(404);
		expect(await response.json()).toEqual({ error: "not_found" });
		expect(api.requests[0]?.headers).toMatchObject({ a: "1", authorization: `Bearer ${OLD}` });
	});

	test("ignoreResponseError resolves for a 404", async () => {
		const { client } = await connect();
		expect(await client("/nowhere", { ignoreResponseError: true })).toEqual({ error: "not_found" });
	});

	test("a key __proto__ in the JSON changes no prototype", async () => {
		const { api, client } = await connect();
		api.fail("/", 200, '{"__proto__":{"admin":true},"a":1}', { "content-type": "application/json" });
		const answer = await client<{ a: number; admin?: boolean }>("/");
		expect(answer.a).toBe(1);
		expect(answer.admin).toBeUndefined();
	});
});

describe("baseURL of vault.client", () => {
	async function vaultWith(providers: VaultOptions["providers"]) {
		const keys = [Buffer.alloc(32, 7).toString("base64")];
		const vault = tokenVault({ store: memoryStore(), keys, providers });
		const tokens = { accessToken: OLD, tokenType: "Bearer", raw: {} };
		await vault.save("user", { providerId: "acme", providerUserId: "36", tokens });
		return vault;
	}
	const acme = (api: string): TokenProvider =>
		defineAcme("https://acme.example")({ ...CLIENT, endpoints: { api } });

	test("it is the provider's apiUrl by default", async () => {
		const api = await serve({ "/v1/me": { id: 36 } });
		const vault = await vaultWith([acme(`${api.url}/v1`)]);
		expect(await vault.client("user", "acme")("/me")).toEqual({ id: 36 });
		expect(api.requests[0]?.headers.authorization).toBe(`Bearer ${OLD}`);
	});

	test("it is the apiUrl of the account's provider where providers is a function", async () => {
		const api = await serve({ "/": { id: 36 } });
		const accounts: string[] = [];
		const vault = await vaultWith((account) => {
			accounts.push(account.providerUserId);
			return acme(api.url);
		});
		expect(await vault.client("user", "acme")("/")).toEqual({ id: 36 });
		expect(accounts).toContain("36");
	});

	test("a provider without an API needs one", async () => {
		const vault = await vaultWith([defineAcme("https://acme.example")(CLIENT)]);
		const client = vault.client("user", "acme");
		for (const call of [client, client.raw, client.native]) {
			const { message } = await failureOf(call("https://acme.example/"), "INVALID_CONFIG");
			expect(message).toBe(
				'acme: INVALID_CONFIG (api): "baseURL" is missing, and the provider has no API of its own. Developer: correct it.',
			);
		}
	});

	test.each(["api.example", "/v1", "ftp://api.example", "https://", "javascript:alert(1)"])(
		"%j is not one",
		async (baseURL) => {
			const { client } = await connect({ baseURL });
			const { message } = await failureOf(client("/"), "INVALID_CONFIG");
			expect(message).toContain('"baseURL" must be a URL that begins with https://. Developer: correct it.');
		},
	);

	test("a user who has not connected the provider is GRANT_MISSING", async () => {
		const { vault, api } = await connect();
		await failureOf(vault.client("another", "acme")("/"), "GRANT_MISSING");
		await failureOf(vault.client("another", "acme", { baseURL: api.url })("/"), "GRANT_MISSING");
		expect(api.requests).toEqual([]);
	});

	test("a token that is bound to a key is not sent as a Bearer token", async () => {
		const { vault, client, api } = await connect();
		const tokens = { accessToken: OLD, tokenType: "DPoP", raw: {} };
		await vault.save("user", { providerId: "acme", providerUserId: "36", tokens });
		await failureOf(client("/"), "NOT_SUPPORTED");
		expect(api.requests).toEqual([]);
	});
});
