import type { ServerResponse } from "node:http";
import { oidc } from "@oauth/oidc";
import { beforeEach, describe, expect, test } from "vitest";
import { failureOf } from "../../repo/src/secrets.ts";
import { type Loopback, sendJson, serve } from "../../repo/src/serve.ts";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "s3cr3t",
	redirectUri: "http://localhost:3000/callback",
};
const DOCUMENT = "/.well-known/openid-configuration";

let server: Loopback;
let metadata: Record<string, unknown>;
beforeEach(async () => {
	server = await serve();
	metadata = {
		issuer: server.url,
		authorization_endpoint: `${server.url}/authorize`,
		token_endpoint: `${server.url}/token`,
		jwks_uri: `${server.url}/jwks`,
	};
});

describe("discovery", () => {
	test("finds the endpoints", async () => {
		server.on(DOCUMENT, metadata);
		const { url } = await oidc({ ...CLIENT, issuer: server.url }).startSignIn();
		expect(url).toMatch(new RegExp(`^${server.url}/authorize\\?`));
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			scope: "openid email profile",
			code_challenge_method: "S256",
			nonce: expect.any(String),
		});
	});

	test("finds those of an issuer with a path, with and without a slash at its end", async () => {
		for (const issuer of [`${server.url}/realms/a`, `${server.url}/realms/b/`]) {
			server.on(`${new URL(issuer).pathname.replace(/\/$/, "")}${DOCUMENT}`, { ...metadata, issuer });
			expect((await oidc({ ...CLIENT, issuer }).startSignIn()).url).toContain("/authorize?");
		}
	});

	test("gives way to endpoints that the app sets", async () => {
		server.on(DOCUMENT, metadata);
		const endpoints = { authorization: "https://proxy.example/authorize" };
		const { url } = await oidc({ ...CLIENT, issuer: server.url, endpoints }).startSignIn();
		expect(url).toMatch(/^https:\/\/proxy\.example\/authorize\?/);
	});

	test("is not there for getAuthorizationUrl(), which says so", () => {
		expect(() => oidc({ ...CLIENT, issuer: server.url }).getAuthorizationUrl()).toThrow(
			expect.objectContaining({
				code: "INVALID_CONFIG",
				message: expect.stringContaining("endpoints.authorization"),
			}),
		);
	});

	test("of another issuer is ISSUER_MISMATCH", async () => {
		server.on(DOCUMENT, { ...metadata, issuer: "https://evil.example" });
		const error = await failureOf(oidc({ ...CLIENT, issuer: server.url }).startSignIn(), "ISSUER_MISMATCH");
		expect(error).toMatchObject({ step: "discovery" });
	});

	test.each<[string, (metadata: Record<string, unknown>) => unknown]>([
		["is missing", () => undefined],
		["is no object", () => []],
		["names no token endpoint", ({ token_endpoint, ...rest }) => rest],
		["names a script", (all) => ({ ...all, authorization_endpoint: "javascript:alert(1)" })],
		["names something that is no address", (all) => ({ ...all, jwks_uri: 7 })],
		["names no address", (all) => ({ ...all, userinfo_endpoint: "http://" })],
	])("that %s is FAILED_REQUEST, and is asked for again", async (_, change) => {
		server.on(DOCUMENT, (_request: unknown, response: ServerResponse) => {
			const answer = change(metadata);
			return sendJson(response, answer ? 200 : 404, answer ?? {});
		});
		const provider = oidc({ ...CLIENT, issuer: server.url });
		expect(await failureOf(provider.startSignIn(), "FAILED_REQUEST")).toMatchObject({ step: "discovery" });
		server.on(DOCUMENT, metadata);
		expect((await provider.startSignIn()).url).toContain("/authorize?");
	});

	test("keeps an issuer behind TLS from leading out of it", async () => {
		for (const issuer of ["https://issuer.example", "HTTPS://issuer.example"]) {
			const provider = oidc({ ...CLIENT, issuer, fetch: async () => Response.json({ ...metadata, issuer }) });
			expect(await failureOf(provider.startSignIn(), "FAILED_REQUEST")).toMatchObject({ step: "discovery" });
		}
	});

	test.each([
		[undefined, "header"],
		[["client_secret_basic", "client_secret_post"], "header"],
		[["private_key_jwt", "client_secret_post"], "form"],
	])("chooses the client's authentication from %j", async (methods, place) => {
		server.on(DOCUMENT, { ...metadata, token_endpoint_auth_methods_supported: methods });
		await failureOf(oidc({ ...CLIENT, issuer: server.url }).validateCallback("code"), "FAILED_REQUEST");
		const request = server.requests.find(({ path }) => path === "/token");
		expect(request?.headers.authorization !== undefined).toBe(place === "header");
		expect(request?.form.client_secret).toBe(place === "form" ? CLIENT.clientSecret : undefined);
	});

	test.each([{}, 5, "client_secret_post", null])("takes %j for no list of methods", async (methods) => {
		server.on(DOCUMENT, { ...metadata, token_endpoint_auth_methods_supported: methods });
		await failureOf(oidc({ ...CLIENT, issuer: server.url }).validateCallback("code"), "FAILED_REQUEST");
		expect(server.requests.at(-1)?.headers.authorization).toMatch(/^Basic /);
	});

	test("refuses an issuer that could be mistaken for another's user", async () => {
		const provider = oidc({ ...CLIENT, issuer: `${server.url}/t@b.example` });
		await failureOf(provider.startSignIn(), "INVALID_CONFIG");
	});

	test("can't do with a redirect URI that is no address", async () => {
		const provider = oidc({ ...CLIENT, issuer: server.url, redirectUri: "/callback" });
		await failureOf(provider.startSignIn(), "INVALID_CONFIG");
	});

	test.each(["issuer", "redirectUri"])("can't do without %s", async (name) => {
		const provider = oidc({ ...CLIENT, issuer: server.url, [name]: undefined });
		await expect(provider.startSignIn()).rejects.toMatchObject({
			code: "INVALID_CONFIG",
			message: expect.stringContaining(`(${name})`),
		});
	});
});
