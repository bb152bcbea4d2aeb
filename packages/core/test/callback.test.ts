import type { OAuthErrorCode, RequestLike } from "@oauth/core";
import { ADA, CLIENT, defineAcme, type Quirks, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import {
	callbackRequest,
	cookiePair,
	flowCookie,
	loginRequest,
	readFlow,
	withCookie,
	withFlow,
} from "@oauth/test-kit/sign-in";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
});
afterEach(() => {
	vi.useRealTimers();
});

function acme(quirks: Quirks = {}, config = CLIENT) {
	return defineAcme(server.url, quirks)(config);
}

function begin(provider = acme(), redirectTo?: string) {
	return provider.startSignIn(loginRequest(), { redirectTo });
}

/** Expects a callback to be refused before any request to the provider. */
async function refusal(provider: ReturnType<typeof acme>, request: RequestLike, code: OAuthErrorCode) {
	const error = await failureOf(provider.handleCallback(request), code);
	expect(server.requests).toEqual([]);
	expect(error).toMatchObject({ provider: "acme", step: "callback" });
	return error;
}

/** Expects a refusal that retires the flow. */
async function endOfFlow(provider: ReturnType<typeof acme>, request: Request, code: OAuthErrorCode) {
	const error = await refusal(provider, request, code);
	const [name] = (request.headers.get("cookie") ?? "").split("=");
	expect(error.cookie).toMatchObject({ name, value: "", attributes: { maxAge: 0 } });
	return error;
}

describe("a callback that succeeds", () => {
	test("handleCallback redeems the code once, with the code verifier, and returns who signed in", async () => {
		const signIn = await begin(acme(), "/inbox");
		const session = await acme().handleCallback(callbackRequest(signIn));
		expect(session).toMatchObject({
			providerUser: ADA,
			providerUserId: "36",
			profile: { id: "36", username: "ada", email: "ada@example.com" },
			failedRequests: [],
			redirectTo: "/inbox",
			intent: "sign-in",
		});
		expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			"POST /token",
			"GET /user",
		]);
		expect(server.requests[0]?.form).toEqual({
			grant_type: "authorization_code",
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			code: "code-of-ada",
			redirect_uri: CLIENT.redirectUri,
			code_verifier: readFlow(signIn).codeVerifier,
		});
	});

	test("handleCallback's cookie retires the flow's cookie, and no other", async () => {
		const signIn = await begin();
		const { cookie } = await acme().handleCallback(callbackRequest(signIn));
		expect(cookie).toEqual({
			name: flowCookie(signIn).name,
			value: "",
			attributes: { httpOnly: true, secure: false, sameSite: "lax", path: "/", maxAge: 0 },
			serialize: expect.any(Function),
		});
		expect(cookie.serialize()).toBe(`${cookie.name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`);
	});

	test("handleCallback finds the flow among the cookies of other tabs, providers and the app", async () => {
		const [first, second] = [await begin(), await begin(acme(), "/second")];
		const request = callbackRequest(second);
		request.headers.set("cookie", `${cookiePair(first)}; a=b=c;${cookiePair(second)};  d; e=`);
		expect(await acme().handleCallback(request)).toMatchObject({ redirectTo: "/second" });
		request.headers.set("cookie", `x; ${cookiePair(first)}`);
		await failureOf(acme().handleCallback(request), "FLOW_MISSING");
	});

	test("handleCallback completes a flow that another instance began", async () => {
		const elsewhere = defineAcme(server.url)({ ...CLIENT });
		expect(await elsewhere.handleCallback(callbackRequest(await begin()))).toMatchObject({
			providerUserId: "36",
		});
	});

	test("handleCallback accepts a POST where the provider responds by form_post, and only there", async () => {
		const byPost = acme({ responseMode: "form_post" });
		const signIn = await begin(byPost);
		const body = new URLSearchParams({ code: "code-of-ada", state: signIn.state });
		const headers = { cookie: cookiePair(signIn) };
		const post = () => new Request(CLIENT.redirectUri, { method: "POST", body, headers });
		const session = await byPost.handleCallback(post());
		expect(session).toMatchObject({ providerUserId: "36" });
		expect(session.cookie.serialize()).toMatch(/; SameSite=None; Secure$/);
		await failureOf(byPost.handleCallback(callbackRequest(signIn)), "INVALID_CALLBACK");
		await failureOf(acme().handleCallback(post()), "INVALID_CALLBACK");
	});

	test("getUser is given the parameters of the callback", async () => {
		const seen: Record<string, string>[] = [];
		const provider = acme({
			getUser: async ({ callbackParams }) => {
				seen.push(callbackParams);
				return ADA;
			},
		});
		const signIn = await begin(provider);
		await provider.handleCallback(callbackRequest(signIn, { user: "{}" }));
		await provider.validateCallback("code-of-ada");
		expect(seen).toEqual([{ code: "code-of-ada", state: signIn.state, user: "{}" }, {}]);
	});

	test.each([
		["a rewrite's parameter", "slug=login&slug=github"],
		["a parameter without a value", "x&x"],
		["a parameter of the provider's own", "authuser=0&authuser=1"],
	])("a callback with %s twice is accepted", async (_, query) => {
		const { url, headers } = callbackRequest(await begin());
		expect(await acme().handleCallback(new Request(`${url}&${query}`, { headers }))).toMatchObject({
			providerUserId: "36",
		});
	});
});

describe("a callback that is refused", () => {
	test.each([
		["without a state", { state: undefined }],
		["without a code or an error", { code: undefined }],
		["with a code and an error", { error: "access_denied" }],
		["with an empty code", { code: "" }],
		["with an empty state", { state: "" }],
	])("a callback %s fails with INVALID_CALLBACK", async (_, params) => {
		await refusal(acme(), callbackRequest(await begin(), params), "INVALID_CALLBACK");
	});

	test.each(["code", "state", "iss", "error", "error_description"])(
		"a callback with the standard parameter %s twice fails with INVALID_CALLBACK",
		async (name) => {
			const { url, headers } = callbackRequest(await begin());
			const twice = new Request(`${url}&${name}=1&${name}=1`, { headers });
			const error = await refusal(acme(), twice, "INVALID_CALLBACK");
			expect(error).not.toHaveProperty("cookie");
		},
	);

	test.each(["POST", "HEAD", "PUT", "DELETE"])(
		"a callback by %s fails with INVALID_CALLBACK",
		async (method) => {
			const { url, headers } = callbackRequest(await begin());
			await refusal(acme(), new Request(url, { method, headers }), "INVALID_CALLBACK");
		},
	);

	test("a callback request without a URL fails with an INVALID_CONFIG that says so", async () => {
		const error = await refusal(acme(), { headers: new Headers() }, "INVALID_CONFIG");
		expect(error.message).toContain("the request that was passed to handleCallback has no url");
	});

	test("a callback without the flow's cookie fails with FLOW_MISSING, and retires nothing", async () => {
		const request = callbackRequest(await begin());
		request.headers.delete("cookie");
		const stranger = callbackRequest(await begin(), { state: "x".repeat(43) });
		for (const callback of [request, stranger]) {
			const error = await refusal(acme(), callback, "FLOW_MISSING");
			expect(error).not.toHaveProperty("cookie");
		}
	});

	test("a state that only begins like the flow's fails with FLOW_MISMATCH", async () => {
		const signIn = await begin();
		const start = signIn.state.slice(0, 16);
		for (const state of [start + "x".repeat(27), start])
			await endOfFlow(acme(), callbackRequest(signIn, { state }), "FLOW_MISMATCH");
	});

	test.each([
		"%",
		"%22text%22",
		"null",
		"",
		".",
		"..",
		"x.bnVsbA",
		"x.W10",
		"x.MQ",
		"x.e30",
		"x.eyJzdGF0ZSI6e319",
		"x".repeat(5000),
	])("a flow cookie with the value %j fails with FLOW_MISMATCH, and is retired", async (value) => {
		await endOfFlow(acme(), callbackRequest(withFlow(await begin(), value)), "FLOW_MISMATCH");
	});

	test("a flow fails with FLOW_EXPIRED after ten minutes, and is retired", async () => {
		const signIn = await begin();
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 599_000);
		expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ providerUserId: "36" });
		server.requests.length = 0;
		vi.setSystemTime(Date.now() + 2_000);
		await endOfFlow(acme(), callbackRequest(signIn), "FLOW_EXPIRED");
	});

	test.each(["", "now", "-1", "0", "1e9", "zzzzzzzzzz", "Infinity"])(
		"a flow that began at %j fails with FLOW_EXPIRED",
		async (startedAt) => {
			const signIn = await begin();
			const [, flow] = flowCookie(signIn).value.split(".");
			const request = callbackRequest(withFlow(signIn, `${startedAt}.${flow}`));
			await endOfFlow(acme(), request, "FLOW_EXPIRED");
		},
	);

	test("a start inside the encoded flow doesn't replace the one in front of it", async () => {
		const signIn = await begin();
		const changed = withFlow(signIn, { startedAt: String(Math.floor(Date.now() / 1000)) });
		const [, flow] = flowCookie(changed).value.split(".");
		await endOfFlow(acme(), callbackRequest(withFlow(signIn, `1.${flow}`)), "FLOW_EXPIRED");
	});

	test.each([
		["another issuer", () => acme({ issuer: "https://acme.example" })],
		["another client", () => acme({}, { ...CLIENT, clientId: "other-client" })],
		["another redirect URI", () => acme({}, { ...CLIENT, redirectUri: "http://localhost:3000/other" })],
	])("a flow that was begun for %s fails with FLOW_MISMATCH", async (_, other) => {
		const error = await endOfFlow(acme(), callbackRequest(await begin(other())), "FLOW_MISMATCH");
		expect(error.message).toContain("it was begun for another client, issuer or redirect URI");
	});

	test("a flow that was begun for another provider fails with FLOW_MISMATCH, whatever its cookie's name", async () => {
		const signIn = await begin(acme({ id: "other" }));
		const name = flowCookie(signIn).name.replace("oauth.other.", "oauth.acme.");
		await endOfFlow(acme(), callbackRequest(withCookie(signIn, { name })), "FLOW_MISMATCH");
	});

	test("a flow that was begun for settings that are the same when joined fails with FLOW_MISMATCH", async () => {
		const begun = acme({ issuer: "https://acme.example" }, { ...CLIENT, clientId: "b,c" });
		const ended = acme({ issuer: "https://acme.example,b" }, { ...CLIENT, clientId: "c" });
		await endOfFlow(ended, callbackRequest(await begin(begun)), "FLOW_MISMATCH");
	});

	test.each([
		["code verifier", { codeVerifier: undefined }],
		["code verifier", { codeVerifier: "" }],
		["code verifier", { codeVerifier: { toString: 1 } }],
		["nonce", { nonce: undefined }],
	])("a flow that has lost its %s fails with FLOW_MISMATCH: %j", async (_, change) => {
		const provider = acme({ nonce: true });
		const signIn = withFlow(await begin(provider), change);
		await endOfFlow(provider, callbackRequest(signIn), "FLOW_MISMATCH");
	});

	test.each([
		{ redirectTo: { startsWith: 1 } },
		{ state: {} },
		{ state: null },
		{ binding: ["acme"] },
		{ session: { toString: 1 }, intent: "link" },
	])("a flow that holds %j fails with FLOW_MISMATCH, and doesn't stop startSignIn", async (change) => {
		const signIn = withFlow(await begin(), change);
		await endOfFlow(acme(), callbackRequest(signIn), "FLOW_MISMATCH");
		expect((await acme().startSignIn(loginRequest(cookiePair(signIn)))).state).toHaveLength(44);
	});

	test.each(["//evil.example", "https://evil.example", "/a/../b", 7])(
		"a flow with the redirectTo %j fails with FLOW_MISMATCH",
		async (redirectTo) => {
			const signIn = withFlow(await begin(), { redirectTo });
			const error = await endOfFlow(acme(), callbackRequest(signIn), "FLOW_MISMATCH");
			expect(error).not.toHaveProperty("redirectTo");
		},
	);
});

describe("a callback that is not a visit", () => {
	test.each([
		["a prefetch", { "sec-purpose": "prefetch" }],
		["a prerendering", { "sec-purpose": "prefetch;prerender" }],
		["an older browser's prefetch", { purpose: "prefetch" }],
		["an image request", { "sec-fetch-dest": "image" }],
	])(
		"%s of the callback spends no code and ends no flow, so that the visit afterwards succeeds",
		async (_, headers) => {
			const signIn = await begin();
			const request = callbackRequest(signIn);
			for (const [name, value] of Object.entries(headers)) request.headers.set(name, value);
			const error = await refusal(acme(), request, "NOT_A_NAVIGATION");
			expect(error).not.toHaveProperty("cookie");
			expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ providerUserId: "36" });
			expect(server.requests.filter(({ path }) => path === "/token")).toHaveLength(1);
		},
	);

	test.each(["document", "iframe", "empty", ""])(
		"a callback with Sec-Fetch-Dest %j is a visit",
		async (destination) => {
			const request = callbackRequest(await begin());
			if (destination) request.headers.set("sec-fetch-dest", destination);
			expect(await acme().handleCallback(request)).toMatchObject({ providerUserId: "36" });
		},
	);
});

describe("a callback by form_post", () => {
	const provider = (timeout?: number) =>
		defineAcme(server.url, { responseMode: "form_post" })({ ...CLIENT, timeout });
	const post = async (body: BodyInit | ReadableStream, subject = provider()) => {
		const headers = { cookie: cookiePair(await begin(subject)) };
		return new Request(CLIENT.redirectUri, { method: "POST", body, headers, duplex: "half" } as RequestInit);
	};

	test("a form_post of more than 1 MiB fails with INVALID_CALLBACK", async () => {
		const body = new URLSearchParams({ code: "c", state: "s", x: "x".repeat(2 ** 20) });
		await refusal(provider(), await post(body), "INVALID_CALLBACK");
	});

	test("a form_post that never ends fails with INVALID_CALLBACK when the timeout is over", async () => {
		const begun = Date.now();
		const body = new ReadableStream({
			start: (controller) => controller.enqueue(new TextEncoder().encode("code=code-of-ada&state=")),
		});
		await refusal(provider(100), await post(body), "INVALID_CALLBACK");
		expect(Date.now() - begun).toBeLessThan(5000);
	});

	test("a form_post that breaks off fails with INVALID_CALLBACK", async () => {
		const body = new ReadableStream({ pull: (controller) => controller.error(new Error("aborted")) });
		await refusal(provider(), await post(body), "INVALID_CALLBACK");
	});

	test("a form_post whose body was read before fails with an INVALID_CONFIG for the developer", async () => {
		const read = await post(new URLSearchParams({ code: "code-of-ada", state: "s" }));
		await read.formData();
		const locked = await post(new URLSearchParams({ code: "code-of-ada", state: "s" }));
		locked.body?.getReader();
		for (const request of [read, locked]) {
			const error = await refusal(provider(), request, "INVALID_CONFIG");
			expect(error.message).toMatch(
				/the body of the request was read before handleCallback\. Developer: pass the parsed body as `body`/,
			);
		}
	});

	test.each<[string, (fields: Record<string, string>) => unknown]>([
		["an object", (fields) => fields],
		[
			"a FormData",
			(fields) => {
				const form = new FormData();
				for (const [name, value] of Object.entries(fields)) form.append(name, value);
				return form;
			},
		],
		["a URLSearchParams", (fields) => new URLSearchParams(fields)],
		["text", (fields) => `${new URLSearchParams(fields)}`],
	])("a form_post that a parser has turned into %s is read", async (_, parse) => {
		const signIn = await begin(provider());
		const request: RequestLike = {
			method: "POST",
			headers: { cookie: cookiePair(signIn) },
			body: parse({ code: "code-of-ada", state: signIn.state }),
		};
		expect(await provider().handleCallback(request)).toMatchObject({ providerUserId: "36" });
	});

	test("a parsed form_post with a standard parameter twice fails with INVALID_CALLBACK", async () => {
		const signIn = await begin(provider());
		const headers = { cookie: cookiePair(signIn) };
		const body = { code: ["a", "b"], state: signIn.state };
		await refusal(provider(), { method: "POST", headers, body }, "INVALID_CALLBACK");
	});
});

describe("iss (RFC 9207)", () => {
	const issuer = "https://acme.example";
	const always = { issuer, authorizationResponseIss: true };
	const isIssuer = (iss: string) => /^https:\/\/acme\.example\/[a-z]+$/.test(iss);
	test.each<[string, Quirks, string | undefined, boolean]>([
		["an iss that is the issuer's is accepted", { issuer }, issuer, true],
		["an iss that is the issuer's is accepted where it is always sent", always, issuer, true],
		["a missing iss is accepted where it isn't always sent", { issuer }, undefined, true],
		["a missing iss is refused where it is always sent", always, undefined, false],
		["an empty iss is refused where it is always sent", always, "", false],
		["another issuer's iss is refused", { issuer }, "https://evil.example", false],
		["an iss with an extra slash is refused", { issuer }, `${issuer}/`, false],
		["any iss is accepted from a provider without an issuer", {}, "https://evil.example", true],
		[
			"a tenant's iss is accepted where the issuer depends on the user",
			{ issuer, isIssuer },
			`${issuer}/a`,
			true,
		],
		["the common iss is refused where only a tenant's can be right", { issuer, isIssuer }, issuer, false],
		[
			"a stranger's iss is refused where the issuer depends on the user",
			{ isIssuer },
			"https://evil.example/a",
			false,
		],
		["a missing iss is accepted where the issuer depends on the user", { isIssuer }, undefined, true],
		[
			"a missing iss is refused where a tenant's is always sent",
			{ isIssuer, authorizationResponseIss: true },
			undefined,
			false,
		],
	])("%s", async (_, quirks, iss, accepted) => {
		const provider = acme(quirks);
		const request = callbackRequest(await begin(provider), { iss });
		if (accepted) expect(await provider.handleCallback(request)).toMatchObject({ providerUserId: "36" });
		else {
			const error = await endOfFlow(provider, request, "ISSUER_MISMATCH");
			expect(error.message).toContain(`"iss" is ${iss ? "another" : "missing"}`);
			expectNoSecrets(error, ["evil.example"]);
		}
	});

	test("a wrong iss is reported before the provider's error", async () => {
		const provider = acme({ issuer });
		const request = callbackRequest(await begin(provider), {
			code: undefined,
			error: "access_denied",
			iss: "https://evil.example",
		});
		await endOfFlow(provider, request, "ISSUER_MISMATCH");
	});
});

describe("an error from the provider", () => {
	test.each(["access_denied", "ACCESS_DENIED", "user_cancelled_login", "user_cancelled_authorize"])(
		"the provider's error %s becomes ACCESS_DENIED, and ends the flow",
		async (error) => {
			const error_description = "The user has denied your application access.";
			const provider = acme({ accessDeniedErrors: ["user_cancelled_login", "user_cancelled_authorize"] });
			const request = callbackRequest(await begin(provider), { code: undefined, error, error_description });
			expect(await endOfFlow(provider, request, "ACCESS_DENIED")).toMatchObject({
				providerError: error,
				providerErrorDescription: error_description,
			});
		},
	);

	test("any other error of the provider becomes AUTHORIZATION_FAILED, and ends the flow", async () => {
		const request = callbackRequest(await begin(), { code: undefined, error: "temporarily_unavailable" });
		const error = await endOfFlow(acme(), request, "AUTHORIZATION_FAILED");
		expect(error.providerError).toBe("temporarily_unavailable");
		expect(error).not.toHaveProperty("providerErrorDescription");
	});

	test("an error in Facebook's own parameters becomes AUTHORIZATION_FAILED", async () => {
		const facebook = { code: undefined, error_code: "1349003", error_message: "Login Error" };
		const error = await endOfFlow(acme(), callbackRequest(await begin(), facebook), "AUTHORIZATION_FAILED");
		expect(error).toMatchObject({ providerError: "1349003", providerErrorDescription: "Login Error" });
	});

	test("an error without the right state is neither believed nor repeated", async () => {
		const request = callbackRequest(await begin(), {
			code: undefined,
			state: "x".repeat(43),
			error: "access_denied",
			error_description: "<b>call 555</b>",
		});
		expectNoSecrets(await refusal(acme(), request, "FLOW_MISSING"), ["call 555", "access_denied"]);
	});

	test("an error without a state has its own code, no text, no cookie, and leaves the flow as it is", async () => {
		const signIn = await begin();
		for (const [error, code] of [
			["access_denied", "ACCESS_DENIED"],
			["declined", "ACCESS_DENIED"],
			["invalid_scope", "AUTHORIZATION_FAILED"],
		] as const) {
			const provider = acme({ accessDeniedErrors: ["declined"] });
			const params = { code: undefined, state: undefined, error, error_description: "<b>call 555</b>" };
			const refused = await refusal(provider, callbackRequest(signIn, params), code);
			expectNoSecrets(refused, ["call 555", error]);
			expect(refused.message).toContain(`the callback has an "error" without a "state"`);
			expect(refused).not.toHaveProperty("cookie");
		}
		expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ providerUserId: "36" });
	});

	test("the provider's error is kept short, on one line and without secrets", async () => {
		const signIn = await begin();
		const request = callbackRequest(signIn, {
			code: undefined,
			error: `bad ${signIn.state}`,
			error_description: `line\r\nline\u2028\u0085 ${"x".repeat(2000)}`,
		});
		const error = await endOfFlow(acme(), request, "AUTHORIZATION_FAILED");
		expectNoSecrets(error, [signIn.state, readFlow(signIn).codeVerifier]);
		expect(error.providerErrorDescription).toMatch(/^line {2}line {3}x+$/);
		expect(error.providerErrorDescription?.length).toBe(500);
		expect(error.message).not.toMatch(/[\r\n\u2028\u0085]/);
	});
});

describe("an error after the code was redeemed", () => {
	test.each<[string, OAuthErrorCode, () => void]>([
		["at the token endpoint", "FAILED_REQUEST", () => server.fail("/token", 400, { error: "invalid_grant" })],
		["of the request about the user", "FAILED_REQUEST", () => server.fail("/user", 500)],
		["for a user without an id", "INVALID_PROFILE", () => server.on("/user", {})],
	])("a failure %s carries the cookie that retires the flow", async (_, code, fail) => {
		fail();
		const signIn = await begin();
		const error = await failureOf(acme().handleCallback(callbackRequest(signIn)), code);
		expect(error.cookie?.serialize()).toBe(
			`${flowCookie(signIn).name}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`,
		);
	});

	test("two flows that fail with one error each carry their own cookie", async () => {
		const shared = failureOf(acme().validateCallback(""), "FAILED_REQUEST");
		const provider = acme({ getUser: async () => Promise.reject(await shared) });
		const flows = await Promise.all([begin(provider), begin(provider)]);
		const errors = await Promise.all(
			flows.map((flow) => failureOf(provider.handleCallback(callbackRequest(flow)), "FAILED_REQUEST")),
		);
		expect(errors.map(({ cookie }) => cookie?.name)).toEqual(flows.map((flow) => flowCookie(flow).name));
		expect(await shared).not.toHaveProperty("cookie");
		for (const { message, stack } of errors)
			expect([message, stack]).toEqual([(await shared).message, (await shared).stack]);
	});
});
