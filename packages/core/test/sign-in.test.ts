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
	test("a state and a PKCE verifier are made anew for each sign-in", async () => {
		const [first, second] = await Promise.all([begin(), begin()]);
		const params = new URL(first.url).searchParams;
		expect(params.get("state")).toBe(first.state);
		expect(first.state).toMatch(/^[\w-]{44}$/);
		expect(params.get("code_challenge_method")).toBe("S256");
		expect(params.get("code_challenge")).toBe(await generateCodeChallenge(readFlow(first).codeVerifier));
		expect(first.state).not.toBe(second.state);
		expect(readFlow(first).codeVerifier).not.toBe(readFlow(second).codeVerifier);
	});

	test("neither the verifier nor the secret is in the URL", async () => {
		const signIn = await begin();
		expect(signIn.url).not.toContain(readFlow(signIn).codeVerifier);
		expect(signIn.url + JSON.stringify(readFlow(signIn))).not.toContain(CLIENT.clientSecret);
	});

	test("a nonce is made for an OpenID Connect provider only", async () => {
		expect(new URL((await begin()).url).searchParams.has("nonce")).toBe(false);
		const signIn = await begin({}, CLIENT, { nonce: true });
		expect(new URL(signIn.url).searchParams.get("nonce")).toBe(readFlow(signIn).nonce);
		expect(readFlow(signIn).nonce).toMatch(/^[\w-]{44}$/);
	});

	test("a provider that doesn't take PKCE gets no challenge", async () => {
		const signIn = await begin({}, CLIENT, { pkce: "unsupported" });
		expect(signIn.url).not.toContain("code_challenge");
		expect(readFlow(signIn)).not.toHaveProperty("codeVerifier");
	});

	test("no option replaces state, challenge and nonce", async () => {
		const { url, state } = await begin({ state: "fixed", codeChallenge: "fixed", nonce: "fixed" } as never);
		expect(new URL(url).searchParams.get("state")).toBe(state);
		expect(url).not.toContain("fixed");
		await failureOf(begin({ params: { state: "fixed" } }), "INVALID_CONFIG");
	});

	test("the response is a redirect that is never stored and sets the flow's cookie", async () => {
		const signIn = await begin();
		const response = signIn.response();
		expect(response.status).toBe(302);
		expect(response.headers.get("location")).toBe(signIn.url);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(response.headers.getSetCookie()).toEqual([flowCookie(signIn).serialize()]);
	});

	test.each([undefined, null, {}, { redirectTo: "/inbox" }, "request"])(
		"%j in the place of the request is INVALID_CONFIG",
		async (request) => {
			const provider = defineAcme("https://acme.example")(CLIENT);
			const error = await failureOf(provider.startSignIn(request as never), "INVALID_CONFIG");
			expect(error.message).toContain("the first argument is not a request with headers");
		},
	);

	test("a failure of what is loaded in the background is silent", async () => {
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => unhandled.push(reason);
		process.on("unhandledRejection", listen);
		await begin({}, CLIENT, { prefetch: () => Promise.reject(new Error("offline")) });
		await new Promise((resolve) => setImmediate(resolve));
		process.off("unhandledRejection", listen);
		expect(unhandled).toEqual([]);
	});

	test.each(["Link", "", null, {}])("the intent %j is refused", async (intent) => {
		const error = await failureOf(begin({ intent: intent as never }), "INVALID_CONFIG");
		expect(error.message).toContain(`"intent" must be "sign-in" or "link"`);
	});
});

describe("the flow's cookie", () => {
	test("over https it is bound to the host, secure, and lives for ten minutes", async () => {
		const signIn = await begin({}, HTTPS);
		const { name, value, attributes, serialize } = flowCookie(signIn);
		expect(name).toBe(`__Host-oauth.acme.${signIn.state.slice(0, 16)}`);
		expect(attributes).toEqual({ httpOnly: true, secure: true, sameSite: "lax", path: "/", maxAge: 600 });
		expect(serialize()).toBe(`${name}=${value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`);
	});

	test("over http it is the same without what http can't have", async () => {
		const signIn = await begin();
		const { name, value, attributes, serialize } = flowCookie(signIn);
		expect(name).toBe(`oauth.acme.${signIn.state.slice(0, 16)}`);
		expect(attributes).toMatchObject({ secure: false, sameSite: "lax" });
		expect(serialize()).toBe(`${name}=${value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax`);
	});

	test("without a redirect URI it is the strict one", async () => {
		const { redirectUri: _, ...config } = CLIENT;
		const cookie = flowCookie(await begin({}, config as never, { redirectUriOptional: true }));
		expect(cookie.name).toMatch(/^__Host-/);
		expect(cookie.attributes.secure).toBe(true);
	});

	test("it crosses sites only where the provider responds by a cross-site POST", async () => {
		const signIn = await begin({}, HTTPS, { responseMode: "form_post" });
		const cookie = flowCookie(signIn);
		expect(cookie.attributes).toMatchObject({ sameSite: "none", secure: true });
		expect(cookie.serialize()).toMatch(/; SameSite=None; Secure$/);
		expect(new URL(signIn.url).searchParams.get("response_mode")).toBe("form_post");
	});

	test("no character of it is escaped by any framework", async () => {
		const { name, value } = flowCookie(await begin({ redirectTo: "/a?b=%20&c=ü;d,e" }, HTTPS));
		for (const text of [name, value]) expect(encodeURIComponent(text)).toBe(text);
	});

	test("it has a name of its own, so that tabs don't overwrite each other", async () => {
		const names = await Promise.all(Array.from({ length: 20 }, async () => flowCookie(await begin()).name));
		expect(new Set(names).size).toBe(20);
	});

	test("it is under 1600 bytes with the longest redirectTo that is taken", async () => {
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
	])("the path %j is taken", async (given, kept) => {
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
	])("%j is refused", async (redirectTo) => {
		const error = await failureOf(begin({ redirectTo: redirectTo as never }), "INVALID_CONFIG");
		expect(error).toMatchObject({
			step: "authorization",
			message: expect.stringContaining(`"redirectTo" must be a path of this site`),
		});
	});

	test.each([undefined, "", null])("%j is no redirectTo", async (redirectTo) => {
		expect(readFlow(await begin({ redirectTo: redirectTo as never }))).not.toHaveProperty("redirectTo");
	});
});
