import type { ServerResponse } from "node:http";
import type { OAuthError } from "@oauth/core";
import { CLIENT, defineAcme, type Quirks, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Loopback, sendJson, serve } from "@oauth/test-kit/loopback";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const OLD = "old-refresh-token";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE });
});
afterEach(() => {
	vi.useRealTimers();
	vi.restoreAllMocks();
});

function acme(config: Record<string, unknown> = {}, quirks: Quirks = {}) {
	return defineAcme(server.url, quirks)({ ...CLIENT, ...config });
}

/** Waits until the provider has had this many requests. */
function asked(times: number) {
	return vi.waitFor(() => expect(server.requests).toHaveLength(times));
}

describe("refreshTokens", () => {
	test("refreshTokens sends RFC 6749's request and returns the new refresh token", async () => {
		expect(await acme().refreshTokens(OLD)).toMatchObject({
			accessToken: TOKEN_RESPONSE.access_token,
			refreshToken: TOKEN_RESPONSE.refresh_token,
		});
		expect(server.requests.map(({ form }) => form)).toEqual([
			{
				grant_type: "refresh_token",
				refresh_token: OLD,
				client_id: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
			},
		]);
	});

	test("refreshTokens sends its request to endpoints.refresh where there is one", async () => {
		server.on("/refresh", TOKEN_RESPONSE);
		const endpoints = {
			authorization: `${server.url}/authorize`,
			token: `${server.url}/token`,
			refresh: `${server.url}/refresh`,
			user: `${server.url}/user`,
		};
		expect(await acme({}, { endpoints }).refreshTokens(OLD)).toMatchObject({
			accessToken: TOKEN_RESPONSE.access_token,
		});
		expect(server.requests).toMatchObject([
			{ method: "POST", path: "/refresh", form: { refresh_token: OLD } },
		]);
	});

	test("refreshTokens returns the old refresh token where the provider sends no new one", async () => {
		server.on("/token", { access_token: "fresh" });
		expect(await acme().refreshTokens(OLD)).toMatchObject({ accessToken: "fresh", refreshToken: OLD });
	});

	test("refreshTokens fails with NOT_SUPPORTED where the provider has no refresh tokens", async () => {
		const error = await failureOf(acme({}, { refresh: false }).refreshTokens(OLD), "NOT_SUPPORTED");
		expect(error).toMatchObject({ step: "refresh" });
		expect(server.requests).toEqual([]);
	});

	test.each(["", undefined, null])(
		"the refresh token %j fails with INVALID_GRANT without a request",
		async (token) => {
			await failureOf(acme().refreshTokens(token as never), "INVALID_GRANT");
			expect(server.requests).toEqual([]);
		},
	);
});

describe("a dead grant", () => {
	const quirks = { invalidGrantErrors: ["bad_refresh_token", "Invalid refresh token", "oauth.dead"] };
	test.each<[string, number, object]>([
		[
			"with RFC 6749's error code",
			400,
			{ error: "invalid_grant", error_description: "Token has been revoked" },
		],
		["with an error code of its own", 400, { error: "bad_refresh_token" }],
		["with status 200", 200, { error: "bad_refresh_token", error_description: "The refresh token is bad." }],
		["in a message alone", 401, { status: 401, message: "Invalid refresh token" }],
		["in an id beside a message", 404, { id: "oauth.dead", message: "Something was not found" }],
		["in an object", 400, { error: { type: "invalid_grant", message: "Expired" } }],
	])("a dead grant that the provider reports %s becomes INVALID_GRANT", async (_, status, body) => {
		server.fail("/token", status, body);
		const error = await failureOf(acme({}, quirks).refreshTokens(OLD), "INVALID_GRANT");
		expect(error).toMatchObject({ step: "refresh", status, provider: "acme" });
		expect(error.message).toMatch(
			/^acme: INVALID_GRANT \(refresh\): .*[^.]\. Ask the user to sign in again\.$/,
		);
		const { error: said, error_description, message } = body as Record<string, unknown>;
		for (const words of [said, error_description, message])
			if (typeof words === "string") expect(error.message).toContain(words.replace(/\.$/, ""));
	});

	test("the message of INVALID_GRANT doesn't reveal the refresh token", async () => {
		server.fail("/token", 400, { error: "invalid_grant", error_description: `${OLD} has been revoked` });
		const error = await failureOf(acme().refreshTokens(OLD), "INVALID_GRANT");
		expect(error).toMatchObject({ providerError: "invalid_grant" });
		expectNoSecrets(error, [OLD, CLIENT.clientSecret]);
	});

	test("an invalid_grant for an authorization code becomes FAILED_REQUEST", async () => {
		server.fail("/token", 400, { error: "invalid_grant" });
		await failureOf(acme().validateCallback("code-of-ada"), "FAILED_REQUEST");
	});
});

describe("any other failure of a refresh", () => {
	test.each<[string, number, object | string, RegExp]>([
		["503", 503, {}, /status 503\. Try again later\.$/],
		["502 and HTML", 502, "<html>", /status 502, the response is not JSON\. Try again later\.$/],
		["429", 429, { message: "Too Many Requests" }, /status 429, .* Too Many Requests\. Try again later\.$/],
		["a wrong secret", 401, { error: "invalid_client" }, /status 401, .* invalid_client\. Developer: /],
		[
			"another error",
			400,
			{ error: "invalid_grant_type" },
			/status 400, .* invalid_grant_type\. Developer: /,
		],
		[
			"429 and the words of a dead grant",
			429,
			{ error: "bad_refresh_token" },
			/status 429, .*Try again later\.$/,
		],
		[
			"503 and the words of a dead grant",
			503,
			{ error: "invalid_grant" },
			/status 503, .*Try again later\.$/,
		],
		["HTML", 200, "<html>", /status 200, the response is not JSON\. Developer: /],
	])(
		"a refresh that ends in %s fails with FAILED_REQUEST, not INVALID_GRANT",
		async (_, status, body, message) => {
			server.fail("/token", status, body);
			const provider = acme({}, { invalidGrantErrors: ["bad_refresh_token"] });
			const error = await failureOf(provider.refreshTokens(OLD), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", status });
			expect(error.message).toMatch(message);
		},
	);
});

describe("retryAfter", () => {
	const in90 = {
		get "retry-after"() {
			return new Date(Date.now() + 90_000).toUTCString();
		},
	};
	test.each<[string, Record<string, string>, object, number | undefined]>([
		["the header's seconds", { "retry-after": "57" }, {}, 57],
		["the header's date", in90, {}, 90],
		["the body's retry_after", {}, { retry_after: 12.3 }, 13],
		["the header's before the body's", { "retry-after": "57" }, { retry_after: 1 }, 57],
		["absent where nothing is said", {}, {}, undefined],
		["absent for a date in the past", { "retry-after": "Wed, 21 Oct 2015 07:28:00 GMT" }, {}, undefined],
		["absent for 0", { "retry-after": "0" }, {}, undefined],
		["absent for neither seconds nor a date", { "retry-after": "soon" }, {}, undefined],
		["absent for text in the body", {}, { retry_after: "x" }, undefined],
		["absent for an object in the body", {}, { retry_after: { toString: 1 } }, undefined],
	])("retryAfter is %s", async (_, headers, body, seconds) => {
		server.fail("/token", 429, { message: "You are being rate limited.", ...body }, headers);
		const error = await failureOf(acme().refreshTokens(OLD), "FAILED_REQUEST");
		if (seconds === undefined) expect(error).not.toHaveProperty("retryAfter");
		else expect(Math.abs((error.retryAfter ?? 0) - seconds)).toBeLessThanOrEqual(2);
		expect(error.message).toContain("Try again later.");
	});
});

describe("calls with the same refresh token", () => {
	test("concurrent refreshes of one token share a request, and the next call sends another", async () => {
		const all = await Promise.all([1, 2, 3].map(() => acme().refreshTokens(OLD)));
		expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1);
		expect(server.requests).toHaveLength(1);
		await acme().refreshTokens(OLD);
		expect(server.requests).toHaveLength(2);
	});

	test("concurrent refreshes of one token share a failure, and the next call tries again", async () => {
		server.fail("/token", 503);
		await Promise.all([1, 2].map(() => failureOf(acme().refreshTokens(OLD), "FAILED_REQUEST")));
		server.on("/token", TOKEN_RESPONSE);
		expect(await acme().refreshTokens(OLD)).toMatchObject({ accessToken: TOKEN_RESPONSE.access_token });
		expect(server.requests).toHaveLength(2);
	});

	test.each<[string, Record<string, unknown>, Quirks]>([
		["another token", {}, {}],
		["another client", { clientId: "other-client" }, {}],
		["another secret", { clientSecret: "other-secret" }, {}],
		["another network", { fetch: (url: string, init: RequestInit) => fetch(url, init) }, {}],
		["another setting that the provider needs", {}, { required: { tenant: "other" } }],
	])("a concurrent refresh with %s sends its own request", async (title, config, quirks) => {
		const token = title === "another token" ? "another-token" : OLD;
		await Promise.all([acme().refreshTokens(OLD), acme(config, quirks).refreshTokens(token)]);
		expect(server.requests).toHaveLength(2);
	});

	test("a concurrent refresh at another endpoint sends its own request", async () => {
		const other = await serve({ "/token": TOKEN_RESPONSE });
		const elsewhere = acme({ endpoints: { token: `${other.url}/token` } });
		await Promise.all([acme().refreshTokens(OLD), elsewhere.refreshTokens(OLD)]);
		expect([server.requests.length, other.requests.length]).toEqual([1, 1]);
	});

	test("concurrent refreshes with settings that are the same when joined send their own requests", async () => {
		await Promise.all([
			acme({ clientId: 'a","b', clientSecret: "c" }).refreshTokens(OLD),
			acme({ clientId: "a", clientSecret: 'b","c' }).refreshTokens(OLD),
			acme({ clientId: "a,b", clientSecret: "c" }).refreshTokens(OLD),
		]);
		expect(server.requests).toHaveLength(3);
	});
});

describe("a refresh that has been sent", () => {
	let held: ServerResponse[];
	beforeEach(() => {
		held = [];
		server.on("/token", (_, response) => {
			held.push(response);
		});
	});
	const respond = (body: object = TOKEN_RESPONSE, status = 200) =>
		sendJson(held[0] as ServerResponse, status, body);
	const timeout = 1_000;

	test("two refreshes in one tick send one request, and both time out when the provider hangs", async () => {
		const provider = acme({ timeout });
		const errors = await Promise.all(
			[1, 2].map(() => failureOf(provider.refreshTokens(OLD), "FAILED_REQUEST")),
		);
		for (const error of errors) {
			expect(error).toMatchObject({ step: "refresh", provider: "acme" });
			expect(error.message).toContain("no response within 1 s. Try again later.");
			expectNoSecrets(error, [OLD, CLIENT.clientSecret]);
		}
		await new Promise((resolve) => setTimeout(resolve, 2 * timeout));
		expect(server.requests).toHaveLength(1);
	});

	test("a call while a refresh is under way gets the response, however late", async () => {
		const provider = acme({ timeout });
		await failureOf(provider.refreshTokens(OLD), "FAILED_REQUEST");
		const second = provider.refreshTokens(OLD);
		respond({ ...TOKEN_RESPONSE, access_token: "late" });
		expect(await second).toMatchObject({ accessToken: "late" });
		expect(server.requests).toHaveLength(1);
	});

	test("a call after the late response of a refresh gets it, until the minute is over", async () => {
		let response: Promise<Response> | undefined;
		const network: typeof fetch = (url, init) => {
			response = fetch(url, init);
			return response;
		};
		const provider = acme({ timeout, fetch: network });
		await failureOf(provider.refreshTokens(OLD), "FAILED_REQUEST");
		respond({ ...TOKEN_RESPONSE, access_token: "late" });
		await response;
		// Its body is read after that.
		await new Promise((resolve) => setTimeout(resolve, 50));
		for (const _ of [1, 2, 3])
			expect(await provider.refreshTokens(OLD)).toMatchObject({ accessToken: "late" });
		expect(server.requests).toHaveLength(1);
		vi.useFakeTimers({ toFake: ["Date"] });
		// A clock that is set changes nothing.
		vi.setSystemTime(Date.now() + 600_000);
		expect(await provider.refreshTokens(OLD)).toMatchObject({ accessToken: "late" });
		const now = performance.now.bind(performance);
		vi.spyOn(performance, "now").mockImplementation(() => now() + 60_000);
		provider.refreshTokens(OLD).catch(() => {});
		await asked(2);
	});

	test("a late failure of a refresh is silent, and the next call sends another request", async () => {
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => unhandled.push(reason);
		process.on("unhandledRejection", listen);
		const provider = acme({ timeout });
		await failureOf(provider.refreshTokens(OLD), "FAILED_REQUEST");
		respond({}, 503);
		await new Promise((resolve) => setTimeout(resolve, 50));
		server.on("/token", TOKEN_RESPONSE);
		expect(await provider.refreshTokens(OLD)).toMatchObject({ accessToken: TOKEN_RESPONSE.access_token });
		process.off("unhandledRejection", listen);
		expect(unhandled).toEqual([]);
	});

	test("a caller with a longer timeout waits on when another has given up", async () => {
		const patient = acme({ timeout: 5000 }).refreshTokens(OLD);
		await asked(1);
		await failureOf(acme({ timeout }).refreshTokens(OLD), "FAILED_REQUEST");
		respond();
		expect(await patient).toMatchObject({ accessToken: TOKEN_RESPONSE.access_token });
		expect(server.requests).toHaveLength(1);
	});
});

test.each<[string, Quirks, seconds: number]>([
	["never rotates refresh tokens", { tokenPolicy: { rotation: "never" } }, 15],
	["takes a used refresh token again for 40 s", { tokenPolicy: { leeway: 40 } }, 10],
	["takes a used refresh token again for an hour", { tokenPolicy: { leeway: 3_600 } }, 60],
])("a refresh without a response at a provider that %s is sent again in time", async (_, quirks, seconds) => {
	vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
	let count = 0;
	const network = () => {
		count++;
		return new Promise<Response>(() => {});
	};
	const provider = acme({ fetch: network }, quirks);
	const ask = async () => {
		provider.refreshTokens(OLD).catch(() => {});
		for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
	};
	await ask();
	await vi.advanceTimersByTimeAsync(seconds * 1000 - 1);
	await ask();
	expect(count).toBe(1);
	await vi.advanceTimersByTimeAsync(1);
	await ask();
	expect(count).toBe(2);
});

test("a refresh that has been sent is not aborted, and another is sent after a minute at the earliest", async () => {
	vi.useFakeTimers({ toFake: ["performance", "setTimeout", "clearTimeout"] });
	const signals: AbortSignal[] = [];
	const network = (_: unknown, init?: RequestInit) => {
		signals.push(init?.signal as AbortSignal);
		return new Promise(() => {});
	};
	const provider = acme({ fetch: network });
	const outcomes: OAuthError[] = [];
	/** Refreshes, and waits until the request is sent or shared. */
	const ask = async () => {
		provider.refreshTokens(OLD).catch((error: OAuthError) => outcomes.push(error));
		const timers = vi.getTimerCount();
		while (vi.getTimerCount() === timers) await new Promise((resolve) => setImmediate(resolve));
	};
	await ask();
	await vi.advanceTimersByTimeAsync(10_000);
	expect(outcomes[0]?.message).toContain("no response within 10 s");
	await ask();
	await vi.advanceTimersByTimeAsync(49_998);
	await ask();
	expect(outcomes).toHaveLength(2);
	expect(signals.map(({ aborted }) => aborted)).toEqual([false]);
	await vi.advanceTimersByTimeAsync(2);
	await ask();
	expect(signals).toHaveLength(2);
	// Node's own `fetch` gives up after five minutes.
	await vi.advanceTimersByTimeAsync(300_000);
	expect(outcomes).toHaveLength(4);
	for (const { message } of outcomes) expect(message).toContain("no response within 10 s");
	expect(signals.map(({ aborted }) => aborted)).toEqual([false, false]);
});
