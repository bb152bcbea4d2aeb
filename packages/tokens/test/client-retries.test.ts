import { failureOf } from "@oauth/test-kit/errors";
import type { Handler } from "@oauth/test-kit/loopback";
import { describe, expect, test } from "vitest";
import { breaks, connect, inTurn, silent, status } from "./api-server.ts";

const breaksInTheMiddle: Handler = (_, response) => {
	response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
	response.write('{"ok":', () => response.destroy());
};

const FAILURES: [string, Handler][] = [
	...[429, 500, 502, 503, 504].map((code): [string, Handler] => [`a ${code}`, status(code)]),
	["a broken connection", breaks],
	["a body that breaks off", breaksInTheMiddle],
];

describe("retries of vault.client", () => {
	test.each(FAILURES)("a GET is sent again after %s", async (_, failing) => {
		const { api, client } = await connect();
		api.on("/", inTurn(failing, failing));
		expect(await client("/")).toEqual({ ok: true });
		expect(api.requests).toHaveLength(3);
	});

	test.each(FAILURES)("a GET is sent three times at most after %s", async (_, failing) => {
		const { api, client } = await connect();
		api.on("/", failing);
		const { message } = await failureOf(client("/"), "FAILED_REQUEST");
		expect(message).toMatch(/Try again later\.$/);
		expect(api.requests).toHaveLength(3);
	});

	test.each(FAILURES)("a POST is sent once, also after %s", async (_, failing) => {
		const { api, clientWith } = await connect();
		api.on("/", failing);
		await failureOf(clientWith({})("/", { method: "post", body: { a: 1 } }), "FAILED_REQUEST");
		await failureOf(clientWith({ retry: 5 })("/", { method: "POST", body: { a: 1 } }), "FAILED_REQUEST");
		await failureOf(clientWith({})(new Request(`${api.url}/`, { method: "POST" })), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(3);
	});

	test.each(["PUT", "PATCH", "DELETE"])("a %s is sent once", async (method) => {
		const { api, client } = await connect();
		api.fail("/", 503);
		await failureOf(client("/", { method, retry: 3 }), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(1);
	});

	test("a HEAD, a GET in small letters and a Request object are sent again", async () => {
		const { api, client } = await connect();
		api.on("/", inTurn(status(503)));
		await client("/", { method: "HEAD" });
		api.on("/", inTurn(status(503)));
		await client("/", { method: "get" });
		api.on("/", inTurn(status(503)));
		await client(new Request(`${api.url}/`));
		expect(api.requests.map(({ method }) => method)).toEqual(["HEAD", "HEAD", "GET", "GET", "GET", "GET"]);
	});

	test.each([400, 403, 404, 408, 409, 501])("a %i is not repeated", async (code) => {
		const { api, client } = await connect();
		api.fail("/", code);
		expect(await failureOf(client("/"), "FAILED_REQUEST")).toMatchObject({ status: code });
		expect(api.requests).toHaveLength(1);
	});

	test.each([
		["0", () => "0"],
		["seconds", () => "1"],
		["parts of a second", () => "0.2"],
		["a date", () => new Date(Date.now() + 1000).toUTCString()],
		["a date of the past", () => new Date(Date.now() - 1000).toUTCString()],
		["nonsense", () => "soon"],
	])("a GET is sent again where Retry-After is %s", async (_, after) => {
		const { api, client } = await connect();
		api.on("/", inTurn(status(429, { "retry-after": after() })));
		expect(await client("/")).toEqual({ ok: true });
		expect(api.requests).toHaveLength(2);
	});

	test.each([
		["11", () => "11"],
		["a date in an hour", () => new Date(Date.now() + 3_600_000).toUTCString()],
		["very long", () => "99999999999999999999"],
	])("a GET is not sent again where Retry-After is %s", async (_, after) => {
		const { api, client } = await connect();
		api.fail("/", 429, {}, { "retry-after": after() });
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error.status).toBe(429);
		expect(error.retryAfter).toBeGreaterThan(10);
		expect(api.requests).toHaveLength(1);
	});

	test("the error of a 403 with Retry-After says when to try again", async () => {
		const { api, client } = await connect();
		api.fail("/", 403, {}, { "retry-after": "60" });
		const error = await failureOf(client("/"), "FAILED_REQUEST");
		expect(error).toMatchObject({ status: 403, retryAfter: 60 });
		expect(error.message).toMatch(/Try again later\.$/);
	});

	test("retry says how often, for the client and for the call", async () => {
		const { api, clientWith } = await connect();
		api.fail("/", 503);
		await failureOf(clientWith({ retry: false })("/"), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(1);
		await failureOf(clientWith({})("/", { retry: 0 }), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(2);
		await failureOf(clientWith({ retry: false }).create({ retry: 1 })("/"), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(4);
	});

	test("retryStatusCodes and retryDelay of the app are heeded", async () => {
		const { api, client } = await connect();
		const statuses: (number | undefined)[] = [];
		const retryDelay = ({ response }: { response?: Response | undefined }) => {
			statuses.push(response?.status);
			return 1;
		};
		api.on("/", inTurn(status(409), breaks));
		await client("/", { retryStatusCodes: [409], retryDelay });
		expect(statuses).toEqual([409, undefined]);
		api.fail("/", 503);
		await failureOf(client("/", { retryStatusCodes: [409] }), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(4);
	});

	test("the second request has the query, headers and body of the call, not the client's defaults", async () => {
		const { api, client } = await connect({ query: { page: 1 }, headers: { a: "1" } });
		api.on("/", inTurn(status(503)));
		await client("/", { query: { page: 2 }, headers: { a: "2" } });
		expect(api.requests.map(({ query }) => query.get("page"))).toEqual(["2", "2"]);
		expect(api.requests.map(({ headers }) => headers.a)).toEqual(["2", "2"]);
	});

	test("hooks of the app change neither retries nor errors", async () => {
		const seen: string[] = [];
		const { api, client } = await connect({
			onRequest: () => void seen.push("request"),
			onRequestError: () => void seen.push("no response"),
			onResponseError: ({ response }) => void seen.push(`error ${response.status}`),
			onResponse: ({ response }) => void seen.push(`response ${response.status}`),
		});
		api.on("/", inTurn(breaks, status(503)));
		await client("/");
		expect(seen).toEqual([
			"request",
			"no response",
			"request",
			"response 503",
			"error 503",
			"request",
			"response 200",
		]);
		api.fail("/", 503);
		await failureOf(client("/", { method: "POST", body: {} }), "FAILED_REQUEST");
		expect(api.requests).toHaveLength(4);
		api.fail("/", 429, {}, { "retry-after": "60" });
		expect(await failureOf(client("/"), "FAILED_REQUEST")).toMatchObject({ retryAfter: 60 });
		expect(api.requests).toHaveLength(5);
	});

	test("a request that is sent again has a timeout too", async () => {
		const { api, client } = await connect({ timeout: 1_000 });
		api.on("/", inTurn(status(503), silent));
		const { message } = await failureOf(client("/"), "FAILED_REQUEST");
		expect(message).toContain("no response within 1 s");
		expect(api.requests).toHaveLength(2);
	});

	test.each<[string, (url: string, signal: AbortSignal) => [string | Request, { signal?: AbortSignal }]]>([
		["of the call", (_, signal) => ["/", { signal }]],
		["of a Request object", (url, signal) => [new Request(url, { signal }), {}]],
	])("an abort by the signal %s ends the wait between two requests", { timeout: 5_000 }, async (_, make) => {
		const { api, client } = await connect();
		const controller = new AbortController();
		api.on("/", status(503, { "retry-after": "10" }));
		const [request, options] = make(`${api.url}/`, controller.signal);
		const onResponseError = () => void setTimeout(() => controller.abort(), 10);
		const error = await client(request, { ...options, onResponseError }).catch((thrown) => thrown);
		expect(error).toMatchObject({ name: "AbortError" });
		expect(api.requests).toHaveLength(1);
	});
});
