import { failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createNetwork, type Issuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";
import { at, CLIENT, signIn } from "./sign-in.ts";

const DOCUMENT = "/.well-known/openid-configuration";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

const start = (config: Parameters<typeof at>[1] = {}) => at(issuer, config).startSignIn(loginRequest());

/** Returns the request that the token endpoint received. */
async function tokenRequest(config: Parameters<typeof at>[1] = {}) {
	await failureOf(at(issuer, config).validateCallback("code"), "FAILED_REQUEST");
	return issuer.requestsTo("/token").at(-1);
}

describe("discovery", () => {
	test("startSignIn finds the endpoints by discovery", async () => {
		const { url } = await start();
		expect(url).toMatch(new RegExp(`^${issuer.url}/authorize\\?`));
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			scope: "openid profile email",
			code_challenge_method: "S256",
			nonce: expect.any(String),
		});
	});

	test.each(["/realms/a", "/realms/b/"])(
		"discovery finds the document of an issuer with the path %s",
		async (path) => {
			const realm = await createIssuer(CLIENT.clientId, `https://issuer.example${path}`);
			const config = { fetch: createNetwork(realm) };
			expect((await at(realm, config).startSignIn(loginRequest())).url).toContain("/authorize?");
		},
	);

	test("an endpoint that the app sets replaces the discovered one", async () => {
		const endpoints = { authorization: "https://proxy.example/authorize" };
		expect((await start({ endpoints })).url).toMatch(/^https:\/\/proxy\.example\/authorize\?/);
		expect(issuer.requestsTo(DOCUMENT).length).toBe(1);
	});

	test("discovery is skipped if the app sets the authorization, token and jwks endpoints", async () => {
		const endpoints = {
			authorization: `${issuer.url}/other/authorize`,
			token: `${issuer.url}/token`,
			jwks: `${issuer.url}/jwks`,
		};
		issuer.fail(DOCUMENT, 500);
		const { profile } = await signIn(issuer, {}, { endpoints });
		expect(profile).toMatchObject({ name: "Ada" });
		expect(issuer.requestsTo(DOCUMENT)).toEqual([]);
		// An endpoint that the app does not set does not exist.
		await failureOf(at(issuer, { endpoints }).revokeToken("token"), "NOT_SUPPORTED");
	});

	test("getAuthorizationUrl does no discovery, and its error says so", async () => {
		expect(() => at(issuer).getAuthorizationUrl()).toThrow(
			expect.objectContaining({
				code: "INVALID_CONFIG",
				message: expect.stringContaining(
					`"endpoints.authorization" is missing, or has to be discovered first`,
				),
			}),
		);
		const endpoints = { authorization: `${issuer.url}/authorize` };
		expect(at(issuer, { endpoints }).getAuthorizationUrl()).toContain("/authorize?");
	});

	test.each([
		["a slash too many", (url: string) => [`${url}/`, url]],
		["a slash too few", (url: string) => [url, `${url}/`]],
		["another name", (url: string) => [url, "https://evil.example"]],
	])(
		"an issuer setting with %s is an ISSUER_MISMATCH, and the message names both issuers and says what to do",
		async (_, urls) => {
			const [setting = "", said = ""] = urls(issuer.url);
			issuer.metadata.issuer = said;
			const error = await failureOf(at({ url: setting }).startSignIn(loginRequest()), "ISSUER_MISMATCH");
			expect(error).toMatchObject({ step: "discovery" });
			expect(error.message).toContain(`names the issuer "${said}", not "${setting}"`);
			expect(error.message).toContain(`set "issuer" to exactly what the document says`);
		},
	);

	test.each<[string, Record<string, unknown>, message: string]>([
		[
			"names no authorization endpoint",
			{ authorization_endpoint: undefined },
			`"authorization_endpoint" is missing`,
		],
		["names no token endpoint", { token_endpoint: undefined }, `"token_endpoint" is missing`],
		["names no keys", { jwks_uri: undefined }, `"jwks_uri" is missing`],
		["has null for the keys", { jwks_uri: null }, `"jwks_uri" is missing`],
		[
			"names a script",
			{ authorization_endpoint: "javascript:alert(1)" },
			`"authorization_endpoint" does not begin`,
		],
		["names something that is not a URL", { jwks_uri: 7 }, `"jwks_uri" is not a URL`],
		["names a path", { token_endpoint: "/token" }, `"token_endpoint" is not a URL`],
		["names a URL without a host", { userinfo_endpoint: "http://" }, `"userinfo_endpoint" is not a URL`],
		[
			"names a URL of 10 kB",
			{ revocation_endpoint: `https://a.example/${"x".repeat(10_000)}` },
			`"revocation_endpoint" is longer than 2048 characters`,
		],
	])(
		"a discovery document that %s is FAILED_REQUEST, names the field and is not cached",
		async (_, change, message) => {
			const { metadata } = issuer;
			issuer.metadata = { ...metadata, ...change };
			const error = await failureOf(start(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "discovery" });
			expect(error.message).toContain(message);
			issuer.metadata = metadata;
			expect((await start()).url).toContain("/authorize?");
		},
	);

	test.each([
		["is missing", 404, {}, "status 404"],
		["is HTML", 200, "<h1>", "not JSON"],
		["is a list", 200, [], "is missing"],
		["is null", 200, "null", "is missing"],
	])(
		"a discovery document that %s is FAILED_REQUEST, and the message says why",
		async (_, status, body, message) => {
			issuer.fail(DOCUMENT, status, body);
			const error = await failureOf(start(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "discovery" });
			expect(error.message).toContain(message);
		},
	);

	test.each(["userinfo_endpoint", "revocation_endpoint"])(
		"a discovery document may have null for %s",
		async (field) => {
			issuer.metadata[field] = null;
			const { profile } = await signIn(issuer, { name: undefined });
			expect(profile.email).toBe("ada@example.com");
		},
	);

	test.each([
		["nothing", "header", undefined],
		["Basic and post", "header", ["client_secret_basic", "client_secret_post"]],
		["post and an unknown method", "form", ["private_key_jwt", "client_secret_post"]],
		["an unknown method alone", "header", ["private_key_jwt"]],
		["text in place of a list", "header", "client_secret_post"],
		["null", "header", null],
		["an object", "header", {}],
	])(
		"the secret for an issuer that announces %s for client authentication is in the %s",
		async (_, place, methods) => {
			issuer.metadata.token_endpoint_auth_methods_supported = methods;
			const request = await tokenRequest();
			expect(request?.headers.authorization !== undefined).toBe(place === "header");
			expect(request?.form.client_secret).toBe(place === "form" ? CLIENT.clientSecret : undefined);
		},
	);

	test.each([
		["client_secret_post", undefined, CLIENT.clientSecret],
		["client_secret_basic", expect.stringMatching(/^Basic /), undefined],
		["none", undefined, undefined],
	] as const)(
		"the setting clientAuth %s takes precedence over the announced method",
		async (clientAuth, header, secret) => {
			const announced = clientAuth === "client_secret_post" ? "client_secret_basic" : "client_secret_post";
			issuer.metadata.token_endpoint_auth_methods_supported = [announced];
			const clientSecret = clientAuth === "none" ? undefined : CLIENT.clientSecret;
			const request = await tokenRequest({ clientAuth, clientSecret });
			expect([request?.headers.authorization, request?.form.client_secret]).toEqual([header, secret]);
			expect(request?.form.client_id).toBe(header ? undefined : CLIENT.clientId);
		},
	);

	test("handleCallback refuses a callback without iss if the issuer announces it", async () => {
		issuer.metadata.authorization_response_iss_parameter_supported = true;
		const error = await failureOf(signIn(issuer), "ISSUER_MISMATCH");
		expect(error).toMatchObject({ step: "callback", message: expect.stringContaining(`"iss" is missing`) });
	});
});
