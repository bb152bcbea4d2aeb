import { generateCodeChallenge, type SignInOptions } from "@oauth/core";
import { describe, expect, test } from "vitest";
import { CLIENT, defineAcme } from "../../repo/src/acme.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";

const acme = defineAcme("https://acme.example");
const https = { ...CLIENT, redirectUri: "https://app.example/callback" };

function flowIn(cookie: string) {
	return JSON.parse(decodeURIComponent(cookiePair(cookie).split("=")[1] ?? ""));
}

describe("startSignIn", () => {
	test("makes a state and a PKCE verifier anew for each sign-in", async () => {
		const [first, second] = await Promise.all([acme(CLIENT).startSignIn(), acme(CLIENT).startSignIn()]);
		const params = new URL(first.url).searchParams;
		expect(params.get("state")).toBe(first.state);
		expect(first.state).toMatch(/^[\w-]{43}$/);
		expect(params.get("code_challenge_method")).toBe("S256");
		expect(params.get("code_challenge")).toBe(await generateCodeChallenge(flowIn(first.cookie).codeVerifier));
		expect(first.state).not.toBe(second.state);
		expect(flowIn(first.cookie).codeVerifier).not.toBe(flowIn(second.cookie).codeVerifier);
	});

	test("puts neither the verifier nor the secret into the address", async () => {
		const { url, cookie } = await acme(CLIENT).startSignIn();
		expect(url).not.toContain(flowIn(cookie).codeVerifier);
		expect(url + cookie).not.toContain(CLIENT.clientSecret);
	});

	test("makes a nonce for an OpenID Connect provider only", async () => {
		const plain = await acme(CLIENT).startSignIn();
		expect(new URL(plain.url).searchParams.has("nonce")).toBe(false);
		const { url, cookie } = await defineAcme("https://acme.example", { nonce: true })(CLIENT).startSignIn();
		expect(new URL(url).searchParams.get("nonce")).toBe(flowIn(cookie).nonce);
		expect(flowIn(cookie).nonce).toMatch(/^[\w-]{43}$/);
	});

	test("sends no challenge to a provider that doesn't take PKCE", async () => {
		const { url, cookie } = await defineAcme("https://acme.example", { pkce: "unsupported" })(
			CLIENT,
		).startSignIn();
		expect(url).not.toContain("code_challenge");
		expect(flowIn(cookie)).not.toHaveProperty("codeVerifier");
	});

	test("keeps state, challenge and nonce, whatever the options say", async () => {
		const sneaky = { state: "fixed", codeChallenge: "fixed", nonce: "fixed" };
		const { url, state } = await acme(CLIENT).startSignIn(sneaky as SignInOptions);
		expect(new URL(url).searchParams.get("state")).toBe(state);
		expect(url).not.toContain("fixed");
		await expect(acme(CLIENT).startSignIn({ params: { state: "fixed" } })).rejects.toMatchObject({
			code: "INVALID_CONFIG",
		});
	});

	test("answers with a redirect that is never stored and sets the flow's cookie", async () => {
		const signIn = await acme(CLIENT).startSignIn();
		const response = signIn.response();
		expect(response.status).toBe(302);
		expect(response.headers.get("location")).toBe(signIn.url);
		expect(response.headers.get("cache-control")).toBe("no-store");
		expect(response.headers.getSetCookie()).toEqual([signIn.cookie]);
	});

	test("loads what fails to load in the background without a sound", async () => {
		const provider = defineAcme("https://acme.example", {
			prefetch: () => Promise.reject(new Error("offline")),
		})(CLIENT);
		const unhandled: unknown[] = [];
		const listen = (reason: unknown) => unhandled.push(reason);
		process.on("unhandledRejection", listen);
		await provider.startSignIn();
		await new Promise((resolve) => setImmediate(resolve));
		process.off("unhandledRejection", listen);
		expect(unhandled).toEqual([]);
	});
});

test.each(["Link", "", null, {}])("the intent %j is refused", async (intent) => {
	await expect(acme(CLIENT).startSignIn({ intent: intent as never })).rejects.toMatchObject({
		code: "INVALID_CONFIG",
		message: expect.stringContaining("(intent)"),
	});
});

describe("the flow's cookie", () => {
	test("over https is bound to the host, secure, and for ten minutes", async () => {
		const { cookie, state } = await acme(https).startSignIn();
		expect(cookie).toMatch(
			/^__Host-oauth\.acme\.[\w-]{16}=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax; Secure$/,
		);
		expect(cookiePair(cookie)).toContain(`__Host-oauth.acme.${state.slice(0, 16)}=`);
	});

	test("over http is the same without what http can't have", async () => {
		const { cookie } = await acme(CLIENT).startSignIn();
		expect(cookie).toMatch(/^oauth\.acme\.[\w-]{16}=[^;]+; Path=\/; Max-Age=600; HttpOnly; SameSite=Lax$/);
	});

	test("without a redirect URI is the strict one", async () => {
		const { cookie } = await acme({ ...CLIENT, redirectUri: undefined }).startSignIn();
		expect(cookie).toMatch(/^__Host-.*; Secure$/);
	});

	test("crosses sites only where the provider answers by a cross-site POST", async () => {
		const { cookie, url } = await defineAcme("https://acme.example", { responseMode: "form_post" })(
			https,
		).startSignIn();
		expect(cookie).toMatch(/; SameSite=None; Secure$/);
		expect(new URL(url).searchParams.get("response_mode")).toBe("form_post");
	});

	test("stays small with the longest path that is taken, so that five of them fit into any server's headers", async () => {
		const { cookie } = await acme(https).startSignIn({ redirectTo: `/${"a".repeat(500)}` });
		expect(cookie.length).toBeLessThan(1400);
		for (const long of ["//a", `/${"/".repeat(300)}`, `/${"%22".repeat(150)}`])
			await expect(acme(https).startSignIn({ redirectTo: long })).rejects.toMatchObject({
				code: "INVALID_CONFIG",
			});
	});

	test("has a name of its own, so that tabs don't overwrite each other", async () => {
		const names = await Promise.all(
			Array.from({ length: 20 }, async () => (await acme(https).startSignIn()).cookie.split("=")[0]),
		);
		expect(new Set(names).size).toBe(20);
	});

	test("of the oldest pending flows beyond five is retired, of this provider alone", async () => {
		const pending: string[] = [];
		for (let age = 0; age < 6; age++) {
			const { cookie } = await acme(https).startSignIn();
			const [name, value = ""] = cookiePair(cookie).split("=");
			const flow = { ...JSON.parse(decodeURIComponent(value)), startedAt: 1_000 - age };
			pending.push(`${name}=${encodeURIComponent(JSON.stringify(flow))}`);
		}
		const cookie = [...pending, "__Host-oauth.acme.unreadable=%", "__Host-oauth.other.x=1", "session=1"].join(
			"; ",
		);
		const signIn = await acme(https).startSignIn({
			request: new Request("https://app.example/login", { headers: { cookie } }),
		});
		// Of six flows and one that can't be read the newest four stay; the new one is the fifth.
		const names = [pending[4], pending[5], "__Host-oauth.acme.unreadable="].map(
			(pair) => pair?.split("=")[0],
		);
		expect(signIn.retiredCookies.map((value) => value.split("=")[0]).sort()).toEqual(names.sort());
		for (const value of signIn.retiredCookies)
			expect(value).toMatch(/=; Path=\/; Max-Age=0; HttpOnly; SameSite=Lax; Secure$/);
		expect(signIn.response().headers.getSetCookie()).toEqual([signIn.cookie, ...signIn.retiredCookies]);
	});
});

describe("redirectTo", () => {
	test.each([
		["/", "/"],
		["/inbox?tab=2#top", "/inbox?tab=2#top"],
		["/a/../b", "/b"],
		["/café", "/caf%C3%A9"],
		["/a?next=//evil.example", "/a?next=//evil.example"],
	])("takes %j", async (given, kept) => {
		const { cookie } = await acme(CLIENT).startSignIn({ redirectTo: given });
		expect(flowIn(cookie).redirectTo).toBe(kept);
	});

	test.each([
		"https://evil.example",
		"//evil.example",
		"///evil.example",
		"/\\evil.example",
		"/\t/evil.example",
		"/\n/evil.example",
		"\\/evil.example",
		"/.//evil.example",
		"/a/..//evil.example",
		"javascript:alert(1)",
		"inbox",
		" /inbox",
		`/${"a".repeat(1024)}`,
		{ toString: () => "/" } as unknown as string,
	])("refuses %j", async (redirectTo) => {
		await expect(acme(CLIENT).startSignIn({ redirectTo })).rejects.toMatchObject({
			code: "INVALID_CONFIG",
			message: expect.stringContaining("redirectTo"),
		});
	});

	test("is refused where it is no text, as a query parser of the app's may make it", async () => {
		for (const redirectTo of [{ startsWith: "x" }, ["/inbox"], 7])
			await expect(acme(CLIENT).startSignIn({ redirectTo: redirectTo as never })).rejects.toMatchObject({
				code: "INVALID_CONFIG",
			});
	});

	test("that is absent is no redirectTo", async () => {
		for (const redirectTo of [undefined, "", null as unknown as string]) {
			const { cookie } = await acme(CLIENT).startSignIn({ redirectTo });
			expect(flowIn(cookie)).not.toHaveProperty("redirectTo");
		}
	});
});
