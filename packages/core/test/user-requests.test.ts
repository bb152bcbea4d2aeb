import { failure } from "@oauth/core/provider";
import { ADA, CLIENT, defineAcme, type Quirks, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Handler, type Loopback, sendJson, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA, "/emails": [{ email: "ada@example.com" }] });
});

function signIn(quirks: Quirks = {}, config = {}) {
	return defineAcme(server.url, quirks)({ ...CLIENT, ...config }).validateCallback("code-of-ada");
}

function requestsAt(path: string): string[] {
	return server.requests.filter((request) => request.path === path).map(({ method }) => method);
}

/** Responds with `answer` the first time, and with JSON afterwards. */
function failFirst(path: string, answer: Handler, json: object): void {
	let asked = 0;
	server.on(path, (request, response) =>
		asked++ ? sendJson(response, 200, json) : answer(request, response),
	);
}

const reset: Handler = (_, response) => response.socket?.resetAndDestroy();
const status =
	(code: number, headers = {}): Handler =>
	(_, response) =>
		sendJson(response, code, { message: "not now" }, headers);

describe("the request for the user, as data", () => {
	test("userRequest makes it a POST with JSON and headers, and userPath finds the user in the response", async () => {
		server.on("/user", { data: { viewer: ADA } });
		const json = { query: "{ viewer { id } }" };
		const userRequest = { method: "POST", headers: { "acme-version": "2" }, json } as const;
		const session = await signIn({ userRequest, userPath: "data.viewer" });
		expect(session.providerUser).toEqual(ADA);
		const { method, headers, body = "" } = server.requests.at(-1) ?? {};
		expect([method, headers?.["acme-version"], JSON.parse(body)]).toEqual(["POST", "2", json]);
		expect(headers?.authorization).toBe(`Bearer ${TOKEN_RESPONSE.access_token}`);
	});

	test("a user in a list is found by the index", async () => {
		server.on("/user", { data: [ADA] });
		expect((await signIn({ userPath: "data.0" })).providerUserId).toBe("36");
	});

	test.each([{}, { data: null }, { data: [] }, { data: { viewer: null } }, []])(
		"a response without the user (%j) fails with FAILED_REQUEST, which names the place and repeats the provider's words",
		async (response) => {
			server.on("/user", { errors: [{ message: "Not in this workspace" }], ...response });
			const error = await failureOf(signIn({ userPath: "data.viewer" }), "FAILED_REQUEST");
			expect(error.message).toMatch(/the response has no data\.viewer, .*Not in this workspace/);
			expect(error).toMatchObject({ step: "user", status: 200 });
		},
	);

	test("userRequest's findProblem runs beside the search for the user", async () => {
		const userRequest = {
			findProblem: (response: unknown) => (Object(response).success === false ? "no success" : undefined),
		};
		server.on("/user", { success: false, result: ADA });
		const failed = await failureOf(signIn({ userRequest, userPath: "result" }), "FAILED_REQUEST");
		expect(failed.message).toContain("no success");
		server.on("/user", { success: true, result: null });
		const absent = await failureOf(signIn({ userRequest, userPath: "result" }), "FAILED_REQUEST");
		expect(absent.message).toContain("the response has no result");
	});

	test("errors beside the user are about other fields", async () => {
		server.on("/user", { errors: [{ message: "no team" }], data: { viewer: ADA } });
		expect((await signIn({ userPath: "data.viewer" })).providerUserId).toBe("36");
	});
});

test("an error with status 200 signs nobody in, also beside a user", async () => {
	server.on("/user", { ...ADA, error: "invalid_token", error_description: "The token has expired" });
	const error = await failureOf(signIn(), "FAILED_REQUEST");
	expect(error).toMatchObject({ step: "user", status: 200, providerError: "invalid_token" });
	expect(error.message).toMatch(/the response is an error, .*The token has expired/);
	for (const other of [{ code: -32000 }, true, 1]) {
		server.on("/user", { id: "req-1", error: other });
		await failureOf(signIn(), "FAILED_REQUEST");
	}
});

describe("accountProblem", () => {
	const accountProblem: Quirks["accountProblem"] = ({ login }) =>
		login === "ada" && `is ${TOKEN_RESPONSE.access_token}`;

	test("accountProblem refuses the user with FAILED_REQUEST, and without a secret", async () => {
		const refused = await failureOf(signIn({ accountProblem: () => "is deactivated" }), "FAILED_REQUEST");
		expect(refused).toMatchObject({ step: "user" });
		expect(refused.message).toBe(
			"acme: FAILED_REQUEST (user): the account is deactivated. The user has to ask the provider.",
		);
		const secret = await failureOf(signIn({ accountProblem }), "FAILED_REQUEST");
		expectNoSecrets(secret, [TOKEN_RESPONSE.access_token]);
	});

	test("accountProblem refuses nobody else, also where the response is not an object", async () => {
		server.on("/user", { ...ADA, login: "grace" });
		expect((await signIn({ accountProblem })).providerUserId).toBe("36");
		server.on("/user", (_, response) => response.end(`"text"`));
		await failureOf(signIn({ accountProblem }), "INVALID_PROFILE");
	});
});

describe("a GET about the user", () => {
	test.each<[string, Handler]>([
		["a broken connection", reset],
		[
			"a connection that breaks in the middle of the response",
			(_, response) => {
				response.writeHead(200).write('{"id":');
				setTimeout(() => response.socket?.resetAndDestroy(), 20);
			},
		],
		["502", status(502)],
		["503", status(503)],
		["504", status(504)],
		["401, of a server that doesn't know the new token yet", status(401)],
	])("a GET about the user is sent once more after %s, and the code isn't", async (_, answer) => {
		failFirst("/user", answer, ADA);
		expect(await signIn()).toMatchObject({ providerUserId: "36", failedRequests: [] });
		expect(requestsAt("/user")).toEqual(["GET", "GET"]);
		expect(requestsAt("/token")).toEqual(["POST"]);
	});

	test.each<[string, Handler]>([
		["a broken connection", reset],
		["502", status(502)],
		["401", status(401)],
	])("a GET about the user is sent twice at most, where both end in %s", async (_, answer) => {
		server.on("/user", answer);
		await failureOf(signIn(), "FAILED_REQUEST");
		expect(requestsAt("/user")).toHaveLength(2);
	});

	test.each<[string, Handler]>([
		["400", status(400)],
		["403", status(403)],
		["404", status(404)],
		["429", status(429)],
		["500", status(500)],
		["503 that says when to come back", status(503, { "retry-after": "1" })],
		["401 of a rate limit", status(401, { "x-ratelimit-remaining": "0" })],
	])("a GET about the user is not sent again after %s", async (_, answer) => {
		failFirst("/user", answer, ADA);
		await failureOf(signIn(), "FAILED_REQUEST");
		expect(requestsAt("/user")).toHaveLength(1);
	});

	test("a GET about the user has one timeout for both attempts", async () => {
		server.on("/user", (_, response) => {
			if (requestsAt("/user").length === 1) status(502)(_, response);
		});
		const begun = Date.now();
		const error = await failureOf(signIn({}, { timeout: 600 }), "FAILED_REQUEST");
		expect(error.message).toContain("no response within 0.6 s");
		expect(Date.now() - begun).toBeLessThan(3000);
		expect(requestsAt("/user")).toHaveLength(2);
	});

	test("a GET about the user is not sent again when its time is over", async () => {
		let asked = 0;
		const network: typeof fetch = async (url, init) => {
			if (init?.method === "POST") return fetch(url, init);
			asked++;
			throw new Error("no connection");
		};
		await failureOf(signIn({}, { fetch: network, timeout: 100 }), "FAILED_REQUEST");
		await new Promise((resolve) => setTimeout(resolve, 500));
		expect(asked).toBe(1);
	});
});

describe("a POST", () => {
	test.each<[string, Handler]>([
		["a broken connection", reset],
		["502", status(502)],
		["503", status(503)],
		["401", status(401)],
	])("a POST of a code, a refresh or a revocation is never sent again after %s", async (_, answer) => {
		for (const path of ["/token", "/revoke"]) server.on(path, answer);
		await failureOf(signIn(), "FAILED_REQUEST");
		expect(requestsAt("/token")).toEqual(["POST"]);
		await failureOf(defineAcme(server.url)(CLIENT).refreshTokens("a-refresh-token"), "FAILED_REQUEST");
		expect(requestsAt("/token")).toEqual(["POST", "POST"]);
		await failureOf(defineAcme(server.url)(CLIENT).revokeToken("a-token"), "FAILED_REQUEST");
		expect(requestsAt("/revoke")).toEqual(["POST"]);
	});
});

describe("an optional request", () => {
	const withEmails: Quirks = {
		getUser: async ({ client, get, optional }) => {
			const [user, emails] = await Promise.all([
				get(`${client.endpoints.user}`),
				optional(get(`${client.endpoints.user}`.replace("user", "emails"), { absentOn: [404] })),
			]);
			return { ...user, email: emails?.[0]?.email };
		},
	};

	test.each<[string, Handler, object]>([
		["401", status(401), { status: 401 }],
		["403", status(403), { status: 403 }],
		["429", status(429, { "retry-after": "30" }), { status: 429, retryAfter: 30 }],
		["500", status(500), { status: 500 }],
		["a timeout", () => {}, { message: expect.stringContaining("no response within 1 s") }],
		["HTML", (_, response) => response.end("<h1>"), { message: expect.stringContaining("not JSON") }],
	])(
		"an optional request that fails with %s is listed in the session, and the user signs in",
		async (_, answer, details) => {
			server.on("/emails", answer);
			const session = await signIn(withEmails, { timeout: 1_000 });
			expect(session).toMatchObject({ providerUserId: "36", profile: { id: "36", username: "ada" } });
			expect(session.profile).not.toHaveProperty("email");
			expect(session.failedRequests).toMatchObject([
				{ name: "OAuthError", code: "FAILED_REQUEST", step: "user", provider: "acme", ...details },
			]);
			expectNoSecrets(session.failedRequests[0], [TOKEN_RESPONSE.access_token]);
		},
	);

	test("an optional request that succeeds, or finds nothing, is not listed as failed", async () => {
		expect(await signIn(withEmails)).toMatchObject({
			profile: { email: "ada@example.com" },
			failedRequests: [],
		});
		server.fail("/emails", 404);
		const session = await signIn(withEmails);
		expect(session.profile).not.toHaveProperty("email");
		expect(session.failedRequests).toEqual([]);
	});

	test("an optional request that ends in 404 for a rate limit is listed as failed", async () => {
		server.fail("/emails", 404, {}, { "x-ratelimit-remaining": "0" });
		expect((await signIn(withEmails)).failedRequests).toMatchObject([{ status: 404 }]);
	});

	test("an optional request that fails is listed by handleCallback, too", async () => {
		server.fail("/emails", 500);
		const provider = defineAcme(server.url, withEmails)(CLIENT);
		const request = callbackRequest(await provider.startSignIn(loginRequest()));
		expect((await provider.handleCallback(request)).failedRequests).toMatchObject([{ status: 500 }]);
	});

	test("an optional request hides no other error than FAILED_REQUEST", async () => {
		const refuse = (error: unknown): Quirks => ({
			getUser: ({ optional }) => optional(Promise.reject(error)) as never,
		});
		const invalid = failure({ id: "acme" }, "INVALID_ID_TOKEN", { reason: "another sub" });
		await expect(signIn(refuse(invalid))).rejects.toBe(invalid);
		await failureOf(signIn(refuse(new TypeError("a bug"))), "INVALID_PROFILE");
	});
});

describe("a response about the user", () => {
	test("providerUser is the response of endpoints.user by default", async () => {
		server.on("/profile", { id: 37, login: "grace" });
		const session = await signIn({}, { endpoints: { user: `${server.url}/profile` } });
		expect(session.providerUser).toEqual({ id: 37, login: "grace" });
		expect(requestsAt("/user")).toEqual([]);
	});

	test("a response about the user with status 200 and a problem fails with a FAILED_REQUEST that names the problem", async () => {
		const findProblem = (response: unknown) =>
			Object(response).id ? undefined : "the response has no id in it";
		const quirks: Quirks = {
			getUser: ({ client, get }) => get(`${client.endpoints.user}`, { findProblem }),
		};
		expect((await signIn(quirks)).providerUserId).toBe("36");
		server.on("/user", {});
		const error = await failureOf(signIn(quirks), "FAILED_REQUEST");
		expect(error.message).toContain("acme: FAILED_REQUEST (user): status 200, the response has no id in it.");
	});
});
