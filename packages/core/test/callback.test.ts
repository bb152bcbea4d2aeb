import type { OAuthErrorCode, ProviderDefinition, SignIn } from "@oauth/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { type AcmeUser, ADA, CLIENT, defineAcme, TOKEN_ANSWER } from "../../repo/src/acme.ts";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, serve } from "../../repo/src/serve.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";

let server: Loopback;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_ANSWER, "/user": ADA });
});
afterEach(() => {
	vi.useRealTimers();
});

function acme(quirks: Partial<ProviderDefinition<AcmeUser>> = {}, config = CLIENT) {
	return defineAcme(server.url, quirks)(config);
}

/** A callback that is refused before the provider is asked anything. */
async function refusal(provider: ReturnType<typeof acme>, request: Request, code: OAuthErrorCode) {
	const error = await failureOf(provider.handleCallback(request), code);
	expect(server.requests).toEqual([]);
	expect(error).toMatchObject({ provider: "acme", step: "callback" });
	return error;
}

function withCookie(
	signIn: SignIn,
	change: (flow: Record<string, unknown>) => Record<string, unknown>,
): SignIn {
	const [name, value = ""] = cookiePair(signIn.cookie).split("=");
	const flow = change(JSON.parse(decodeURIComponent(value)));
	return { ...signIn, cookie: `${name}=${encodeURIComponent(JSON.stringify(flow))}` };
}

describe("a callback that ends well", () => {
	test("redeems the code once, with the verifier, and gives back who it is", async () => {
		const signIn = await acme().startSignIn({ redirectTo: "/inbox" });
		const session = await acme().handleCallback(callbackRequest(signIn));
		expect(session).toMatchObject({
			providerUser: ADA,
			providerUserId: "36",
			profile: { id: "36", username: "ada", email: "ada@example.com" },
			redirectTo: "/inbox",
			intent: "sign-in",
		});
		expect(server.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
			"POST /token",
			"GET /user",
		]);
		const { codeVerifier } = JSON.parse(decodeURIComponent(cookiePair(signIn.cookie).split("=")[1] ?? ""));
		expect(server.requests[0]?.form).toEqual({
			grant_type: "authorization_code",
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			code: "code-of-ada",
			redirect_uri: CLIENT.redirectUri,
			code_verifier: codeVerifier,
		});
	});

	test("retires the flow's cookie, and no other", async () => {
		const signIn = await acme().startSignIn();
		const { cookie } = await acme().handleCallback(callbackRequest(signIn));
		expect(cookie).toBe(`${signIn.cookie.split("=")[0]}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax`);
	});

	test("is found among the cookies of other tabs, providers and the app", async () => {
		const [first, second] = [await acme().startSignIn(), await acme().startSignIn({ redirectTo: "/second" })];
		const request = callbackRequest(second);
		request.headers.set(
			"cookie",
			[first, second]
				.map(({ cookie }) => cookiePair(cookie))
				.concat("a=b=c")
				.join("; "),
		);
		expect(await acme().handleCallback(request)).toMatchObject({ redirectTo: "/second" });
		request.headers.set("cookie", `x; ${cookiePair(first.cookie)}`);
		await failureOf(acme().handleCallback(request), "FLOW_MISSING");
	});

	test("may end at another instance than the one where it began", async () => {
		const signIn = await acme().startSignIn();
		const elsewhere = defineAcme(server.url)({ ...CLIENT });
		expect(await elsewhere.handleCallback(callbackRequest(signIn))).toMatchObject({ providerUserId: "36" });
	});

	test("comes by POST where the provider answers by form_post, and only there", async () => {
		const byPost = acme({ responseMode: "form_post" });
		const signIn = await byPost.startSignIn();
		const body = new URLSearchParams({ code: "code-of-ada", state: signIn.state });
		const headers = { cookie: cookiePair(signIn.cookie) };
		const post = () => new Request(CLIENT.redirectUri, { method: "POST", body, headers });
		expect(await byPost.handleCallback(post())).toMatchObject({ providerUserId: "36" });
		await failureOf(byPost.handleCallback(callbackRequest(signIn)), "INVALID_CALLBACK");
		await failureOf(acme().handleCallback(post()), "INVALID_CALLBACK");
	});

	test("gives its parameters to the provider package", async () => {
		const seen: Record<string, string>[] = [];
		const provider = acme({
			getUser: async ({ callbackParams }) => {
				seen.push(callbackParams);
				return ADA;
			},
		});
		const signIn = await provider.startSignIn();
		await provider.handleCallback(callbackRequest(signIn, { user: "{}" }));
		await provider.validateCallback("code-of-ada");
		expect(seen).toEqual([{ code: "code-of-ada", state: signIn.state, user: "{}" }, {}]);
	});

	test("that was begun to link says so", async () => {
		const signIn = await acme().startSignIn({ intent: "link" });
		expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ intent: "link" });
	});
});

describe("a callback that is refused", () => {
	test.each([
		["without a state", { state: undefined }],
		["without a code or an error", { code: undefined }],
		["with a code and an error", { error: "access_denied" }],
		["with an empty code", { code: "" }],
		["with an empty state", { state: "" }],
	])("%s is INVALID_CALLBACK", async (_, params) => {
		await refusal(acme(), callbackRequest(await acme().startSignIn(), params), "INVALID_CALLBACK");
	});

	test.each(["code", "state", "iss", "error", "x"])(
		"that says %s twice is INVALID_CALLBACK",
		async (name) => {
			const { url, headers } = callbackRequest(await acme().startSignIn());
			await refusal(acme(), new Request(`${url}&${name}=1&${name}=1`, { headers }), "INVALID_CALLBACK");
		},
	);

	test.each(["POST", "HEAD", "PUT", "DELETE"])("by %s is INVALID_CALLBACK", async (method) => {
		const { url, headers } = callbackRequest(await acme().startSignIn());
		await refusal(acme(), new Request(url, { method, headers }), "INVALID_CALLBACK");
	});

	test("with a form of more than 1 MiB is INVALID_CALLBACK", async () => {
		const provider = acme({ responseMode: "form_post" });
		const signIn = await provider.startSignIn();
		const body = new URLSearchParams({ code: "c", state: signIn.state, x: "x".repeat(2 ** 20) });
		const request = new Request(CLIENT.redirectUri, {
			method: "POST",
			body,
			headers: { cookie: cookiePair(signIn.cookie) },
		});
		await refusal(provider, request, "INVALID_CALLBACK");
	});

	test("in a browser without the flow's cookie is FLOW_MISSING", async () => {
		const request = callbackRequest(await acme().startSignIn());
		request.headers.delete("cookie");
		await refusal(acme(), request, "FLOW_MISSING");
		await refusal(
			acme(),
			callbackRequest(await acme().startSignIn(), { state: "x".repeat(43) }),
			"FLOW_MISSING",
		);
	});

	test("with a state that only begins like the flow's is FLOW_MISMATCH", async () => {
		const signIn = await acme().startSignIn();
		const forged = signIn.state.slice(0, 16) + "x".repeat(27);
		await refusal(acme(), callbackRequest(signIn, { state: forged }), "FLOW_MISMATCH");
		await refusal(acme(), callbackRequest(signIn, { state: signIn.state.slice(0, 16) }), "FLOW_MISMATCH");
	});

	test.each(["%", "%22text%22", "null", "[]", "1", "", "%7B%7D", "x".repeat(5000)])(
		"with the cookie %j is FLOW_MISMATCH",
		async (value) => {
			const signIn = await acme().startSignIn();
			const cookie = `${signIn.cookie.split("=")[0]}=${value}`;
			await refusal(acme(), callbackRequest({ ...signIn, cookie }), "FLOW_MISMATCH");
		},
	);

	test("after ten minutes is FLOW_EXPIRED", async () => {
		const signIn = await acme().startSignIn();
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 599_000);
		expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ providerUserId: "36" });
		server.requests.length = 0;
		vi.setSystemTime(Date.now() + 2_000);
		await refusal(acme(), callbackRequest(signIn), "FLOW_EXPIRED");
	});

	test.each([undefined, null, "now", {}, -1, 9e15])("with the age %j is FLOW_EXPIRED", async (startedAt) => {
		const signIn = withCookie(await acme().startSignIn(), (flow) => ({ ...flow, startedAt }));
		await refusal(acme(), callbackRequest(signIn), "FLOW_EXPIRED");
	});

	test.each([
		["another issuer", () => acme({ issuer: "https://acme.example" })],
		["another client", () => acme({}, { ...CLIENT, clientId: "other-client" })],
		["another redirect URI", () => acme({}, { ...CLIENT, redirectUri: "http://localhost:3000/other" })],
	])("that was begun for %s is FLOW_MISMATCH", async (_, other) => {
		await refusal(acme(), callbackRequest(await other().startSignIn()), "FLOW_MISMATCH");
	});

	test("whose cookie is renamed from another provider's is FLOW_MISMATCH", async () => {
		const signIn = await acme({ id: "other" }).startSignIn();
		const cookie = signIn.cookie.replace("oauth.other.", "oauth.acme.");
		await refusal(acme(), callbackRequest({ ...signIn, cookie }), "FLOW_MISMATCH");
	});

	test.each([
		["PKCE verifier", { codeVerifier: undefined }],
		["PKCE verifier", { codeVerifier: "" }],
		["PKCE verifier", { codeVerifier: { toString: 1 } }],
		["nonce", { nonce: undefined }],
	])("whose cookie has lost its %s is FLOW_MISMATCH", async (_, change) => {
		const provider = acme({ nonce: true });
		const signIn = withCookie(await provider.startSignIn(), (flow) => ({ ...flow, ...change }));
		await refusal(provider, callbackRequest(signIn), "FLOW_MISMATCH");
	});

	test("that was begun for settings which read the same in a row is FLOW_MISMATCH", async () => {
		const begun = acme({ issuer: "https://acme.example" }, { ...CLIENT, clientId: "b,c" });
		const ended = acme({ issuer: "https://acme.example,b" }, { ...CLIENT, clientId: "c" });
		await refusal(ended, callbackRequest(await begun.startSignIn()), "FLOW_MISMATCH");
	});

	test.each([{ startedAt: { toString: 1, valueOf: 1 } }, { redirectTo: { startsWith: 1 } }, { state: {} }])(
		"whose cookie holds %j is refused",
		async (change) => {
			const signIn = withCookie(await acme().startSignIn(), (flow) => ({ ...flow, ...change }));
			await expect(acme().handleCallback(callbackRequest(signIn))).rejects.toMatchObject({
				code: expect.stringMatching(/^FLOW_/),
			});
			const request = new Request("http://localhost/", { headers: { cookie: cookiePair(signIn.cookie) } });
			expect((await acme().startSignIn({ request })).state).toHaveLength(43);
		},
	);

	test.each(["Link", "", null, undefined, 7, {}])(
		"whose cookie has the intent %j is a sign-in",
		async (intent) => {
			const signIn = withCookie(await acme().startSignIn({ intent: "link" }), (flow) => ({
				...flow,
				intent,
			}));
			expect(await acme().handleCallback(callbackRequest(signIn))).toMatchObject({ intent: "sign-in" });
		},
	);

	test.each(["//evil.example", "https://evil.example", "/a/../b", 7])(
		"whose cookie leads to %j is FLOW_MISMATCH",
		async (redirectTo) => {
			const signIn = withCookie(await acme().startSignIn(), (flow) => ({ ...flow, redirectTo }));
			await refusal(acme(), callbackRequest(signIn), "FLOW_MISMATCH");
		},
	);
});

describe("iss (RFC 9207)", () => {
	const issuer = "https://acme.example";
	test.each([
		["the right one", { issuer }, issuer, true],
		["the right one where it is always sent", { issuer, authorizationResponseIss: true }, issuer, true],
		["none where it isn't always sent", { issuer }, undefined, true],
		["none where it is always sent", { issuer, authorizationResponseIss: true }, undefined, false],
		["an empty one where it is always sent", { issuer, authorizationResponseIss: true }, "", false],
		["another", { issuer }, "https://evil.example", false],
		["another, with a slash", { issuer }, `${issuer}/`, false],
		["any, of a provider that has no issuer", {}, "https://evil.example", true],
	])("%s", async (_, quirks, iss, accepted) => {
		const provider = acme(quirks);
		const request = callbackRequest(await provider.startSignIn(), { iss });
		if (accepted) expect(await provider.handleCallback(request)).toMatchObject({ providerUserId: "36" });
		else await refusal(provider, request, "ISSUER_MISMATCH");
	});

	test("comes before the provider's error", async () => {
		const provider = acme({ issuer });
		const request = callbackRequest(await provider.startSignIn(), {
			code: undefined,
			error: "access_denied",
			iss: "https://evil.example",
		});
		await refusal(provider, request, "ISSUER_MISMATCH");
	});
});

describe("an error from the provider", () => {
	test("access_denied is ACCESS_DENIED", async () => {
		const request = callbackRequest(await acme().startSignIn(), {
			code: undefined,
			error: "access_denied",
			error_description: "The user has denied your application access.",
		});
		expect(await refusal(acme(), request, "ACCESS_DENIED")).toMatchObject({
			providerError: "access_denied",
			providerErrorDescription: "The user has denied your application access.",
		});
	});

	test.each(["user_cancelled_login", "user_cancelled_authorize"])("%s is ACCESS_DENIED", async (error) => {
		const request = callbackRequest(await acme().startSignIn(), { code: undefined, error });
		expect((await refusal(acme(), request, "ACCESS_DENIED")).providerError).toBe(error);
	});

	test("any other is AUTHORIZATION_FAILED", async () => {
		const request = callbackRequest(await acme().startSignIn(), {
			code: undefined,
			error: "temporarily_unavailable",
		});
		const error = await refusal(acme(), request, "AUTHORIZATION_FAILED");
		expect(error.providerError).toBe("temporarily_unavailable");
		expect(error).not.toHaveProperty("providerErrorDescription");
	});

	test("is not believed without the state", async () => {
		const request = callbackRequest(await acme().startSignIn(), {
			code: undefined,
			state: "x".repeat(43),
			error: "access_denied",
			error_description: "<b>call 555</b>",
		});
		const error = await refusal(acme(), request, "FLOW_MISSING");
		expectNoSecrets(error, ["call 555", "access_denied"]);
	});

	test("is kept short, on one line, and without what is secret", async () => {
		const signIn = await acme().startSignIn();
		const { codeVerifier } = JSON.parse(decodeURIComponent(cookiePair(signIn.cookie).split("=")[1] ?? ""));
		const request = callbackRequest(signIn, {
			code: undefined,
			error: `bad ${signIn.state}`,
			error_description: `line\r\nline\u2028\u0085 ${"x".repeat(2000)}`,
		});
		const error = await refusal(acme(), request, "AUTHORIZATION_FAILED");
		expectNoSecrets(error, [signIn.state, codeVerifier]);
		expect(error.providerErrorDescription).toMatch(/^line {2}line {3}x+$/);
		expect(error.providerErrorDescription?.length).toBe(500);
	});
});
