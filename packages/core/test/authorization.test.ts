import { generateCodeChallenge, generateRandomValue } from "@oauth/core";
import { describe, expect, test } from "vitest";
import { CLIENT, defineAcme } from "../../repo/src/acme.ts";

const acme = defineAcme("https://acme.example");

function paramsOf(url: string): Record<string, string> {
	return Object.fromEntries(new URL(url).searchParams);
}

describe("getAuthorizationUrl", () => {
	test("is a string with the standard parameters and nothing secret", () => {
		const url = acme(CLIENT).getAuthorizationUrl();
		expect(url).toMatch(/^https:\/\/acme\.example\/authorize\?/);
		expect(paramsOf(url)).toEqual({
			response_type: "code",
			client_id: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			scope: "profile",
		});
		expect(url).not.toContain(CLIENT.clientSecret);
	});

	test("takes state, challenge, nonce, hint, prompt and further parameters", () => {
		const url = acme(CLIENT).getAuthorizationUrl({
			state: "a state",
			codeChallenge: "challenge",
			nonce: "nonce",
			loginHint: "ada@example.com",
			prompt: "consent",
			params: { ui_locales: "de" },
		});
		expect(paramsOf(url)).toMatchObject({
			state: "a state",
			code_challenge: "challenge",
			code_challenge_method: "S256",
			nonce: "nonce",
			login_hint: "ada@example.com",
			prompt: "consent",
			ui_locales: "de",
		});
	});

	test("joins the scopes of the provider, the config and the call, each once", () => {
		const provider = acme({ ...CLIENT, scope: ["email", "profile"] });
		expect(paramsOf(provider.getAuthorizationUrl({ scope: ["repo", "email"] })).scope).toBe(
			"profile email repo",
		);
		const commas = defineAcme("https://acme.example", { scopeSeparator: "," })({
			...CLIENT,
			scope: ["email"],
		});
		expect(paramsOf(commas.getAuthorizationUrl()).scope).toBe("profile,email");
	});

	test("keeps a query that the endpoint has", () => {
		const provider = acme({ ...CLIENT, endpoints: { authorization: "https://other.example/a?tenant=1" } });
		expect(provider.getAuthorizationUrl()).toMatch(
			/^https:\/\/other\.example\/a\?tenant=1&response_type=code/,
		);
	});

	test.each([
		"client_id",
		"code_challenge",
		"code_challenge_method",
		"nonce",
		"redirect_uri",
		"request",
		"request_uri",
		"response_mode",
		"response_type",
		"scope",
		"state",
	])("refuses %s among the further parameters", (name) => {
		expect(() => acme(CLIENT).getAuthorizationUrl({ params: { [name]: "x" } })).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(`params.${name}`) }),
		);
	});
});

describe("settings", () => {
	test.each([
		["clientId", { clientId: "" }],
		["clientSecret", { clientSecret: undefined as unknown as string }],
		["redirectUri", { redirectUri: "/callback" }],
		["redirectUri", { redirectUri: "javascript:alert(1)" }],
		["timeout", { timeout: 0 }],
		["timeout", { timeout: Number.POSITIVE_INFINITY }],
		["endpoints.token", { endpoints: { token: "ftp://acme.example" } }],
		["endpoints.authorisation", { endpoints: { authorisation: "https://acme.example" } }],
	])("a wrong %s is INVALID_CONFIG at the first use and not before", async (name, wrong) => {
		const provider = acme({ ...CLIENT, ...wrong });
		const refusal = expect.objectContaining({
			code: "INVALID_CONFIG",
			provider: "acme",
			step: "config",
			message: expect.stringContaining(`(${name})`),
		});
		expect(() => provider.getAuthorizationUrl()).toThrow(refusal);
		await expect(provider.startSignIn()).rejects.toThrow(refusal);
		await expect(provider.validateCallback("code")).rejects.toThrow(refusal);
		await expect(provider.handleCallback(new Request("http://localhost/"))).rejects.toThrow(refusal);
		await expect(provider.refreshTokens("token")).rejects.toThrow(refusal);
		await expect(provider.revokeToken("token")).rejects.toThrow(refusal);
	});

	test("an `auth` that is no user store is INVALID_CONFIG, and never a provider without users", async () => {
		for (const auth of [undefined, null, {}, "auth"]) {
			const provider = acme(auth as never, CLIENT);
			await expect(provider.startSignIn()).rejects.toMatchObject({
				code: "INVALID_CONFIG",
				message: expect.stringContaining("(auth)"),
			});
		}
	});

	test("no config at all is INVALID_CONFIG, too", () => {
		for (const provider of [acme(undefined as never), acme(null as never), acme({} as never)])
			expect(() => provider.getAuthorizationUrl()).toThrow(
				expect.objectContaining({ code: "INVALID_CONFIG" }),
			);
	});

	test("a public client needs no secret", () => {
		const provider = defineAcme("https://acme.example", { clientAuth: "none" })({
			...CLIENT,
			clientSecret: "",
		});
		expect(provider.getAuthorizationUrl()).toContain("response_type=code");
	});

	test("settings that would weaken the flow are not settings", async () => {
		const weak = {
			pkce: "unsupported",
			nonce: false,
			responseMode: "form_post",
			clientAuth: "none",
			issuer: "x",
		};
		const { url, cookie } = await acme({ ...CLIENT, ...weak }).startSignIn();
		expect(paramsOf(url)).toMatchObject({ code_challenge_method: "S256" });
		expect(paramsOf(url)).not.toHaveProperty("response_mode");
		expect(cookie).toContain("SameSite=Lax");
	});
});

describe("random values", () => {
	test("are 256 bits, unreserved characters, and never the same", () => {
		const values = new Set(Array.from({ length: 100 }, generateRandomValue));
		expect(values.size).toBe(100);
		for (const value of values) expect(value).toMatch(/^[\w-]{43}$/);
	});

	test("the S256 challenge is RFC 7636's", async () => {
		// The example of RFC 7636, appendix B.
		expect(await generateCodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
			"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		);
	});
});
