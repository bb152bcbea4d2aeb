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

/** What the token endpoint was sent. */
async function tokenRequest(config: Parameters<typeof at>[1] = {}) {
	await failureOf(at(issuer, config).validateCallback("code"), "FAILED_REQUEST");
	return issuer.requestsTo("/token").at(-1);
}

describe("discovery", () => {
	test("finds the endpoints", async () => {
		const { url } = await start();
		expect(url).toMatch(new RegExp(`^${issuer.url}/authorize\\?`));
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			scope: "openid profile email",
			code_challenge_method: "S256",
			nonce: expect.any(String),
		});
	});

	test.each(["/realms/a", "/realms/b/"])("finds those of an issuer with the path %s", async (path) => {
		const realm = await createIssuer(CLIENT.clientId, `https://issuer.example${path}`);
		const config = { fetch: createNetwork(realm) };
		expect((await at(realm, config).startSignIn(loginRequest())).url).toContain("/authorize?");
	});

	test("gives way to endpoints that the app sets", async () => {
		const endpoints = { authorization: "https://proxy.example/authorize" };
		expect((await start({ endpoints })).url).toMatch(/^https:\/\/proxy\.example\/authorize\?/);
		expect(issuer.requestsTo(DOCUMENT).length).toBe(1);
	});

	test("is left out where the app gives the authorization, the token and the keys endpoint", async () => {
		const endpoints = {
			authorization: `${issuer.url}/other/authorize`,
			token: `${issuer.url}/token`,
			jwks: `${issuer.url}/jwks`,
		};
		issuer.fail(DOCUMENT, 500);
		const { profile } = await signIn(issuer, {}, { endpoints });
		expect(profile).toMatchObject({ name: "Ada" });
		expect(issuer.requestsTo(DOCUMENT)).toEqual([]);
		// What is not given is not there.
		await failureOf(at(issuer, { endpoints }).revokeToken("token"), "NOT_SUPPORTED");
	});

	test("is not there for getAuthorizationUrl(), which says so", async () => {
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
	])("of an issuer with %s in the setting names both, and says what to do", async (_, urls) => {
		const [setting = "", said = ""] = urls(issuer.url);
		issuer.metadata.issuer = said;
		const error = await failureOf(at({ url: setting }).startSignIn(loginRequest()), "ISSUER_MISMATCH");
		expect(error).toMatchObject({ step: "discovery" });
		expect(error.message).toContain(`that of "${said}", not of "${setting}"`);
		expect(error.message).toContain(`"issuer" must be exactly what the document says`);
	});

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
		["names something that is no URL", { jwks_uri: 7 }, `"jwks_uri" is no URL`],
		["names a path", { token_endpoint: "/token" }, `"token_endpoint" is no URL`],
		["names a URL without a host", { userinfo_endpoint: "http://" }, `"userinfo_endpoint" is no URL`],
		[
			"names a URL of 10 kB",
			{ revocation_endpoint: `https://a.example/${"x".repeat(10_000)}` },
			`"revocation_endpoint" is no URL`,
		],
	])("that %s is FAILED_REQUEST, which names it, and is asked for again", async (_, change, message) => {
		const { metadata } = issuer;
		issuer.metadata = { ...metadata, ...change };
		const error = await failureOf(start(), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "discovery" });
		expect(error.message).toContain(message);
		issuer.metadata = metadata;
		expect((await start()).url).toContain("/authorize?");
	});

	test.each([
		["is missing", 404, {}, "status 404"],
		["is HTML", 200, "<h1>", "not JSON"],
		["is a list", 200, [], "is missing"],
		["is null", 200, "null", "is missing"],
	])("whose document %s is FAILED_REQUEST, and the message says why", async (_, status, body, message) => {
		issuer.fail(DOCUMENT, status, body);
		const error = await failureOf(start(), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "discovery" });
		expect(error.message).toContain(message);
	});

	test.each(["userinfo_endpoint", "revocation_endpoint"])("may have null for %s", async (field) => {
		issuer.metadata[field] = null;
		const { profile } = await signIn(issuer, { name: undefined });
		expect(profile.email).toBe("ada@example.com");
	});

	test.each([
		["nothing", undefined, "header"],
		["Basic and post", ["client_secret_basic", "client_secret_post"], "header"],
		["post and something unknown", ["private_key_jwt", "client_secret_post"], "form"],
		["nothing that we know", ["private_key_jwt"], "header"],
		["text in place of a list", "client_secret_post", "header"],
		["null", null, "header"],
		["an object", {}, "header"],
	])(
		"that announces %s for client authentication sends the secret in its place",
		async (_, methods, place) => {
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
	] as const)("gives way to the app's choice of %s", async (clientAuth, header, secret) => {
		const announced = clientAuth === "client_secret_post" ? "client_secret_basic" : "client_secret_post";
		issuer.metadata.token_endpoint_auth_methods_supported = [announced];
		const clientSecret = clientAuth === "none" ? undefined : CLIENT.clientSecret;
		const request = await tokenRequest({ clientAuth, clientSecret });
		expect([request?.headers.authorization, request?.form.client_secret]).toEqual([header, secret]);
		expect(request?.form.client_id).toBe(header ? undefined : CLIENT.clientId);
	});

	test("says whether a callback must have iss", async () => {
		issuer.metadata.authorization_response_iss_parameter_supported = true;
		const error = await failureOf(signIn(issuer), "ISSUER_MISMATCH");
		expect(error).toMatchObject({ step: "callback", message: expect.stringContaining(`"iss" is missing`) });
	});
});
