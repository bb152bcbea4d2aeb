import { generateCodeChallenge, generateRandomValue } from "@oauth/core";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { describe, expect, test } from "vitest";

const acme = defineAcme("https://acme.example");

function paramsOf(url: string): Record<string, string> {
	return Object.fromEntries(new URL(url).searchParams);
}

describe("getAuthorizationUrl", () => {
	test("getAuthorizationUrl returns the standard parameters and nothing secret", () => {
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

	test("getAuthorizationUrl adds state, challenge, nonce, hint, prompt and further parameters", () => {
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

	test("a prompt and a login hint of the provider's own stand until the app gives others", () => {
		const authorizationParams = { prompt: "consent", login_hint: "somebody" };
		const provider = defineAcme("https://acme.example", { authorizationParams })(CLIENT);
		expect(paramsOf(provider.getAuthorizationUrl())).toMatchObject(authorizationParams);
		expect(paramsOf(provider.getAuthorizationUrl({ prompt: "none", loginHint: "ada" }))).toMatchObject({
			prompt: "none",
			login_hint: "ada",
		});
	});

	test("getAuthorizationUrl joins the scopes of the provider, the config and the call, each once", () => {
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

	test("getAuthorizationUrl keeps the query of the authorization endpoint", () => {
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
	])("getAuthorizationUrl refuses %s as a further parameter", (name) => {
		expect(() => acme(CLIENT).getAuthorizationUrl({ params: { [name]: "x" } })).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(`params.${name}`) }),
		);
	});
});

describe("the scope of the e-mail address", () => {
	const scopeFor = (email: boolean | undefined, emailNeedsGrant?: true) => {
		const provider = defineAcme("https://acme.example", { emailScope: "email", emailNeedsGrant });
		return paramsOf(provider({ ...CLIENT, email } as never).getAuthorizationUrl()).scope;
	};

	test("the e-mail scope is asked for by default where every new app may, and not with email: false", () => {
		expect([undefined, true, false].map((email) => scopeFor(email))).toEqual([
			"profile email",
			"profile email",
			"profile",
		]);
	});

	test("the e-mail scope is not asked for by default where it must first be granted, but is with email: true", () => {
		expect([undefined, true, false].map((email) => scopeFor(email, true))).toEqual([
			"profile",
			"profile email",
			"profile",
		]);
	});

	test("getUser is told whether the e-mail address was asked for", async () => {
		const asked: boolean[] = [];
		for (const email of [true, false]) {
			const provider = defineAcme("https://acme.example", {
				emailScope: "email",
				redeemCode: async () => ({ accessToken: "a", tokenType: "Bearer", raw: {} }),
				getUser: async ({ email }) => {
					asked.push(email);
					return { id: 1, login: "ada" };
				},
			})({ ...CLIENT, email } as never);
			await provider.validateCallback("code-of-ada");
		}
		expect(asked).toEqual([true, false]);
	});
});

describe("settings", () => {
	const { clientId, clientSecret } = CLIENT;
	const missing = "is missing";
	const spaces = "begins or ends with a space or a line break";
	const url = "must be a URL that begins with https://";
	const redirectUri = "must be an absolute URL with https, or with http on localhost";

	test.each<[name: string, problem: string, wrong: Record<string, unknown>]>([
		["clientId", missing, { clientId: undefined }],
		["clientId", missing, { clientId: "" }],
		["clientId", spaces, { clientId: `${clientId} ` }],
		["clientSecret", missing, { clientSecret: undefined }],
		["clientSecret", missing, { clientSecret: "" }],
		["clientSecret", spaces, { clientSecret: `${clientSecret}\n` }],
		["clientSecret", spaces, { clientSecret: `\t${clientSecret}` }],
		["redirectUri", missing, { redirectUri: undefined }],
		["redirectUri", missing, { redirectUri: "" }],
		["redirectUri", redirectUri, { redirectUri: "/callback" }],
		["redirectUri", redirectUri, { redirectUri: "javascript:alert(1)" }],
		["redirectUri", redirectUri, { redirectUri: "http://app.example/callback" }],
		["redirectUri", redirectUri, { redirectUri: "http://192.168.0.7/callback" }],
		["redirectUri", redirectUri, { redirectUri: "http://localhost.evil.example/callback" }],
		["redirectUri", redirectUri, { redirectUri: "http://127.0.0.1.evil.example/callback" }],
		["redirectUri", redirectUri, { redirectUri: "com.example.app:/callback" }],
		["redirectUri", spaces, { redirectUri: "https://app.example/callback\n" }],
		["scope", "must be a list", { scope: "email" }],
		["scope", "must be a list", { scope: null }],
		["timeout", "must be a number of milliseconds", { timeout: 0 }],
		["timeout", "must be a number of milliseconds", { timeout: -1 }],
		["timeout", "must be a number of milliseconds", { timeout: Number.NaN }],
		["timeout", "must be a number of milliseconds", { timeout: Number.POSITIVE_INFINITY }],
		["timeout", "must be a number of milliseconds", { timeout: "soon" }],
		["endpoints.token", url, { endpoints: { token: "ftp://acme.example" } }],
		["endpoints.token", url, { endpoints: { token: "acme.example/token" } }],
		[
			"endpoints.authorisation",
			"is not one of authorization, token, revocation, user",
			{ endpoints: { authorisation: "https://acme.example" } },
		],
	])(
		"the setting %s fails with INVALID_CONFIG at the first use, and not before, because it %s: %j",
		async (name, problem, wrong) => {
			const provider = acme({ ...CLIENT, ...wrong });
			const refusal = expect.objectContaining({
				code: "INVALID_CONFIG",
				provider: "acme",
				step: "config",
				message: expect.stringContaining(`acme: INVALID_CONFIG (config): "${name}" ${problem}`),
			});
			expect(() => provider.getAuthorizationUrl()).toThrow(refusal);
			await expect(provider.startSignIn(new Request("http://localhost/"))).rejects.toThrow(refusal);
			await expect(provider.validateCallback("code")).rejects.toThrow(refusal);
			await expect(provider.handleCallback(new Request("http://localhost/"))).rejects.toThrow(refusal);
			await expect(provider.refreshTokens("token")).rejects.toThrow(refusal);
			await expect(provider.revokeToken("token")).rejects.toThrow(refusal);
		},
	);

	test.each([
		"https://app.example/callback",
		"http://localhost/callback",
		"http://localhost:3000/callback",
		"http://app.localhost/callback",
		"http://127.0.0.1:3000/callback",
		"http://[::1]:3000/callback",
	])("the redirectUri %s is accepted", (redirectUri) => {
		expect(paramsOf(acme({ ...CLIENT, redirectUri }).getAuthorizationUrl()).redirect_uri).toBe(redirectUri);
	});

	test("a redirectUri is optional only where the provider uses the registered one", () => {
		const { redirectUri: _, ...config } = CLIENT;
		const lenient = defineAcme("https://acme.example", { redirectUriOptional: true })(config as never);
		expect(paramsOf(lenient.getAuthorizationUrl())).not.toHaveProperty("redirect_uri");
		expect(() => acme(config as never).getAuthorizationUrl()).toThrow(`"redirectUri" is missing`);
	});

	test("a provider's own setting that is missing, has spaces or is wrong is named in the message", () => {
		const withServer = (baseUrl: string | undefined, problem?: string) =>
			defineAcme("https://acme.example", { required: { baseUrl }, invalid: { baseUrl: problem } })(CLIENT);
		const first = (baseUrl: string | undefined, problem?: string) => () =>
			withServer(baseUrl, problem).getAuthorizationUrl();
		expect(first(undefined)).toThrow(`"baseUrl" is missing: is its environment variable set?`);
		expect(first("", "must be a URL")).toThrow(`"baseUrl" `);
		expect(first("x ")).toThrow(`"baseUrl" begins or ends with a space or a line break`);
		expect(first("x", "must be a URL")).toThrow(`"baseUrl" must be a URL`);
		expect(first("https://acme.example")()).toContain("https://acme.example/authorize");
	});

	test("an idServer with an @ fails with INVALID_CONFIG", () => {
		const provider = defineAcme("https://acme.example", { idServer: "a@b.example" })(CLIENT);
		expect(() => provider.getAuthorizationUrl()).toThrow(`"idServer" must not contain an @`);
	});

	test.each([undefined, null, {}, "auth"])(
		"an auth of %j fails with an INVALID_CONFIG that names an import cycle, and makes no provider without users",
		async (auth) => {
			const provider = acme(auth as never, CLIENT);
			await expect(provider.startSignIn(new Request("http://localhost/"))).rejects.toMatchObject({
				code: "INVALID_CONFIG",
				message: expect.stringMatching(/"auth" is neither Lucia nor a UserStore: .* import cycle/),
			});
		},
	);

	test.each([undefined, null, {}])("a config of %j fails with INVALID_CONFIG", (config) => {
		expect(() => acme(config as never).getAuthorizationUrl()).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG", message: expect.stringContaining(missing) }),
		);
	});

	test("a public client needs no secret", () => {
		const provider = defineAcme("https://acme.example", { clientAuth: "none" })({
			...CLIENT,
			clientSecret: "",
		});
		expect(provider.getAuthorizationUrl()).toContain("response_type=code");
	});

	test("a setting that would weaken the flow is ignored", async () => {
		const weak = {
			pkce: "unsupported",
			nonce: false,
			responseMode: "form_post",
			clientAuth: "none",
			issuer: "x",
			redirectUriOptional: true,
		};
		const provider = acme({ ...CLIENT, ...weak });
		const { url, cookies } = await provider.startSignIn(new Request("http://localhost/"));
		expect(paramsOf(url)).toMatchObject({ code_challenge_method: "S256" });
		expect(paramsOf(url)).not.toHaveProperty("response_mode");
		expect(cookies[0]?.attributes.sameSite).toBe("lax");
	});
});

describe("random values", () => {
	test("generateRandomValue returns 44 unreserved characters, never the same twice", () => {
		const values = new Set(Array.from({ length: 100 }, generateRandomValue));
		expect(values.size).toBe(100);
		for (const value of values) expect(value).toMatch(/^[\w-]{44}$/);
	});

	test("generateCodeChallenge returns RFC 7636's S256 challenge", async () => {
		// The example of RFC 7636, appendix B.
		expect(await generateCodeChallenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")).toBe(
			"E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
		);
	});
});
