import { generateCodeChallenge, type SignInOptions } from "@oauth/core";
import { CLIENT, defineAcme, type Quirks } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { flowCookie, loginRequest, readFlow } from "@oauth/test-kit/sign-in";
import { describe, expect, test } from "vitest";

const HTTPS = { ...CLIENT, redirectUri: "https://app.example/callback" };

function begin(options?: SignInOptions, config = CLIENT, quirks: Quirks = {}) {
	return defineAcme("https://acme.example", quirks)(config).startSignIn(loginRequest(), options);
}

describe("startSignIn", () => {
	test("startSignIn makes a new state and a new code verifier each time", async () => {
		const [first, second] = await Promise.all([begin(), begin()]);
		const params = new URL(first.url).searchParams;
		expect(params.get("state")).toBe(first.state);
		expect(first.state).toMatch(/^[\w-]{44}$/);
		expect(params.get("code_challenge_method")).toBe("S256");
		expect(params.get("code_challenge")).toBe(await generateCodeChallenge(readFlow(first).codeVerifier));
		expect(first.state).not.toBe(second.state);
		expect(readFlow(first).codeVerifier).not.toBe(readFlow(second).codeVerifier);
	});

	test("startSignIn puts neither the code verifier nor the client secret into the URL", async () => {
		const signIn = await begin();
		expect(signIn.url).not.toContain(readFlow(signIn).codeVerifier);
		expect(signIn.url + JSON.stringify(readFlow(signIn))).not.toContain(CLIENT.clientSecret);
	});

	test("startSignIn makes a nonce for an OpenID Connect provider only", async () => {
		expect(new URL((await begin()).url).searchParams.has("nonce")).toBe(false);
		const signIn = await begin({}, CLIENT, { nonce: true });
		expect(new URL(signIn.url).searchParams.get("nonce")).toBe(readFlow(signIn).nonce);
		expect(readFlow(signIn).nonce).toMatch(/^[\w-]{44}$/);
	});

	test("startSignIn sends no challenge to a provider that doesn't support PKCE", async () => {
		const signIn = await begin({}, CLIENT, { pkce: "unsupported" });
		expect(signIn.url).not.toContain("code_challenge");
		expect(readFlow(signIn)).not.toHaveProperty("codeVerifier");
	});

	test("startSignIn has no option that replaces state, challenge or nonce", async () => {
		const { url, state } = await begin({ state: "fixed", codeChallenge: "fixed", nonce: "fixed" } as never);
		expect(new URL(url).searchParams.get("state")).toBe(state);
		expect(url).not.toContain("fixed");
		await failureOf(begin({ params: { state: "fixed" } }), "INVALID_CONFIG");
	});

	test("startSignIn's response redirects, is never stored and sets the flow's cookie", async () => {
		const signIn = await begin();
		const response = signIn.response();
		expect(response.status).toBe(302);
		expect(response.headers.get("location")).toBe(signIn.url);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(response.headers.getSetCookie()).toEqual([flowCookie(signIn).serialize()]);
	});

	test.each([undefined, null, {}, { redirectTo: "/inbox" }, "request"])(
		"startSignIn with %j in place of the request fails with INVALID_CONFIG",
		async (request) => {
			const provider = defineAcme("https://acme.example")(CLIENT);
			const error = await failureOf(provider.startSignIn(request as never), "INVALID_CONFIG");
			expect(error.message).toContain("the first argument is not a request with headers");
		},
	);

	test("startSignIn ignores a prefetch that fails in the background", async () => {
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => unhandled.push(reason);
		process.on("unhandledRejection", listen);
		await begin({}, CLIENT, { prefetch: () => Promise.reject(new Error("offline")) });
		await new Promise((resolve) => setImmediate(resolve));
		process.off("unhandledRejection", listen);
		expect(unhandled).toEqual([]);
	});

	test.each(["Link", "", null, {}])("startSignIn refuses the intent %j", async (intent) => {
		const error = await failureOf(begin({ intent: intent as never }), "INVALID_CONFIG");
		expect(error.message).toContain(`"intent" must be "sign-in" or "link"`);
	});
});

describe("the flow's cookie", () => {
	test("the flow's cookie is, over https, bound to the host, secure and valid for ten minutes", async () => {
		const signIn = await begin({}, HTTPS);
		const { name, value, attributes, serialize } = flowCookie(signIn);
		expect(name).toBe(`__Host-oauth.acme.${signIn.state.slice(0, 16)}`);
		expect(attributes).toEqual({ httpOnly: true, secure: true, sameSite: "lax", path: "/", maxAge: 600 });
		expect(serialize()).toBe(`${name}=${value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`);
	});

	test("the flow's cookie has, over http, neither the prefix __Host- nor Secure", async () => {
		const signIn = await begin();
		const { name, value, attributes, serialize } = flowCookie(signIn);
		expect(name).toBe(`oauth.acme.${signIn.state.slice(0, 16)}`);
		expect(attributes).toMatchObject({ secure: false, sameSite: "lax" });
		expect(serialize()).toBe(`${name}=${value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax`);
	});

	test("the flow's cookie is that of https where there is no redirect URI", async () => {
		const { redirectUri: _, ...config } = CLIENT;
		const cookie = flowCookie(await begin({}, config as never, { redirectUriOptional: true }));
		expect(cookie.name).toMatch(/^__Host-/);
		expect(cookie.attributes.secure).toBe(true);
	});

	test("the flow's cookie is SameSite=None only where the provider responds by a cross-site POST", async () => {
		const signIn = await begin({}, HTTPS, { responseMode: "form_post" });
		const cookie = flowCookie(signIn);
		expect(cookie.attributes).toMatchObject({ sameSite: "none", secure: true });
		expect(cookie.serialize()).toMatch(/; SameSite=None; Secure$/);
		expect(new URL(signIn.url).searchParams.get("response_mode")).toBe("form_post");
	});

	test("the flow's cookie has no character that a framework escapes", async () => {
		const { name, value } = flowCookie(await begin({ redirectTo: "/a?b=%20&c=ü;d,e" }, HTTPS));
		for (const text of [name, value]) expect(encodeURIComponent(text)).toBe(text);
	});

	test("each flow's cookie has a name of its own, so that tabs don't overwrite each other", async () => {
		const names = await Promise.all(Array.from({ length: 20 }, async () => flowCookie(await begin()).name));
		expect(new Set(names).size).toBe(20);
	});

	test("the flow's cookie is under 1600 bytes with the longest redirectTo that is accepted", async () => {
		const cookie = flowCookie(await begin({ redirectTo: `/${"a".repeat(511)}` }, HTTPS, { nonce: true }));
		expect(cookie.serialize().length).toBeLessThan(1600);
		await failureOf(begin({ redirectTo: `/${"a".repeat(512)}` }), "INVALID_CONFIG");
	});
});

describe("redirectTo", () => {
	test.each([
		["/", "/"],
		["/inbox?tab=2#top", "/inbox?tab=2#top"],
		["/a/../b", "/b"],
		["/café", "/caf%C3%A9"],
		["/a?next=//evil.example", "/a?next=//evil.example"],
	])("the redirectTo %j is kept as %j", async (given, kept) => {
		expect(readFlow(await begin({ redirectTo: given })).redirectTo).toBe(kept);
	});

	test.each<unknown>([
		"https://evil.example",
		"//evil.example",
		"//a",
		"///evil.example",
		"/\\evil.example",
		"/\t/evil.example",
		"/\n/evil.example",
		"\\/evil.example",
		"/.//evil.example",
		"/a/..//evil.example",
		`/${"/".repeat(300)}`,
		`/${"ü".repeat(150)}`,
		"javascript:alert(1)",
		"inbox",
		" /inbox",
		`/${"a".repeat(1024)}`,
		{ toString: () => "/" },
		{ startsWith: "x" },
		["/inbox"],
		7,
	])("the redirectTo %j is refused", async (redirectTo) => {
		const error = await failureOf(begin({ redirectTo: redirectTo as never }), "INVALID_CONFIG");
		expect(error).toMatchObject({
			step: "authorization",
			message: expect.stringContaining(`"redirectTo" must be a path of this site`),
		});
	});

	test.each([undefined, "", null])("the redirectTo %j counts as none", async (redirectTo) => {
		expect(readFlow(await begin({ redirectTo: redirectTo as never }))).not.toHaveProperty("redirectTo");
	});
});
