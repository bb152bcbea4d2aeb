import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createNetwork, type Issuer } from "@oauth/test-kit/issuer";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";
import { at, CLIENT, respondWith, TOKENS } from "./sign-in.ts";

const FIELDS = [
	"authorization_endpoint",
	"token_endpoint",
	"jwks_uri",
	"userinfo_endpoint",
	"revocation_endpoint",
];

/** A server in the app's own network. */
let internal: Loopback;
beforeEach(async () => {
	internal = await serve();
});

/** Creates an issuer with this URL, and the settings of an app that reaches it there. */
async function createStranger(url = "https://issuer.example", metadata: Record<string, unknown> = {}) {
	const issuer = await createIssuer(CLIENT.clientId, url);
	Object.assign(issuer.metadata, metadata);
	return { issuer, config: { fetch: createNetwork(issuer) } };
}

/** Expects every call at the issuer to fail, with nothing secret in the error, and returns the message. */
async function refused(issuer: Issuer, config: Parameters<typeof at>[1]) {
	const provider = at(issuer, config);
	const attempts = [
		() => provider.startSignIn(loginRequest()),
		() => provider.handleCallback(new Request(`${CLIENT.redirectUri}?code=code-of-ada&state=s`)),
		() => provider.validateCallback("code-of-ada"),
		() => provider.validateIdToken("a.b.c", { nonce: "n" }),
		() => provider.refreshTokens("refresh-token-of-ada"),
		() => provider.revokeToken("access-token-of-ada"),
	];
	let message = "";
	for (const attempt of attempts) {
		const error = await failureOf(attempt(), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "discovery" });
		expectNoSecrets(error, [CLIENT.clientSecret, "-of-ada"]);
		message = error.message;
	}
	return message;
}

describe("an issuer that a stranger names", () => {
	test.each(FIELDS)("a stranger's issuer can't direct requests to loopback by its %s", async (field) => {
		for (const host of ["127.0.0.1", "localhost", "2130706433", "0x7f.1", "[::ffff:127.0.0.1]"]) {
			const { port } = new URL(internal.url);
			// An issuer on plain http may name endpoints on plain http, but none on loopback.
			const { issuer, config } = await createStranger("http://issuer.example", {
				[field]: `http://${host}:${port}/x`,
			});
			expect(await refused(issuer, config)).toContain(`"${field}" is in a private network`);
		}
		expect(internal.requests).toEqual([]);
	});

	test.each([
		"localhost",
		"LOCALHOST",
		"localhost.",
		"api.localhost",
		"127.0.0.1",
		"127.0.0.1.",
		"127.1",
		"2130706433",
		"0x7f000001",
		"0177.0.0.1",
		"127.255.255.254",
		"0.0.0.0",
		"0",
		"10.0.0.8",
		"172.16.0.1",
		"172.31.255.255",
		"192.168.1.1",
		"3232235777",
		"169.254.169.254",
		"100.64.0.1",
		"100.127.255.255",
		"[::1]",
		"[::]",
		"[0:0:0:0:0:0:0:1]",
		"[::127.0.0.1]",
		"[::ffff:127.0.0.1]",
		"[::ffff:7f00:1]",
		"[::ffff:10.0.0.8]",
		"[::ffff:0:127.0.0.1]",
		"[64:ff9b::10.0.0.8]",
		"[64:ff9b:1::10.0.0.8]",
		"[fc00::1]",
		"[fdaa::1]",
		"[fe80::1]",
		"[febf::1]",
	])("a stranger's issuer can't name an endpoint at https://%s", async (host) => {
		const { issuer, config } = await createStranger(undefined, { token_endpoint: `https://${host}/token` });
		expect(await refused(issuer, config)).toContain(`"token_endpoint" is in a private network`);
	});

	test.each([
		"11.0.0.1",
		"128.0.0.1",
		"172.15.0.1",
		"172.32.0.1",
		"192.169.0.1",
		"100.63.0.1",
		"100.128.0.1",
		"169.253.0.1",
		"[2606:4700::1111]",
		"localhost.example",
		"notlocalhost",
		"10.0.0.8.example",
		"fd.example",
	])("a stranger's issuer may name an endpoint at https://%s", async (host) => {
		const { issuer, config } = await createStranger(undefined, {
			authorization_endpoint: `https://${host}/authorize`,
		});
		const { url } = await at(issuer, config).startSignIn(loginRequest());
		expect(new URL(url).pathname).toBe("/authorize");
	});

	test.each(FIELDS)("a stranger's issuer on https can't name plain http as its %s", async (field) => {
		for (const scheme of ["http", "HTTP", "ftp", "file"]) {
			const { issuer, config } = await createStranger(undefined, { [field]: `${scheme}://issuer.example/x` });
			expect(await refused(issuer, config)).toContain(`"${field}" does not begin with https://`);
		}
	});

	test.each(["http://127.0.0.1:8080", "http://localhost:8080", "https://10.0.0.8", "https://[fd00::1]"])(
		"an issuer that the app itself sets to %s may name endpoints in that network",
		async (url) => {
			const { issuer, config } = await createStranger(url);
			await respondWith(issuer, {}, "n");
			expect(await at(issuer, config).validateCallback("code", { nonce: "n" })).toMatchObject({
				profile: { name: "Ada" },
			});
		},
	);

	test("a stranger's issuer can't hide a problem in its document behind an error text", async () => {
		const { issuer, config } = await createStranger(undefined, {
			token_endpoint: "https://127.0.0.1/token",
			error: "temporarily_unavailable",
			error_description: "All is well",
		});
		expect(await refused(issuer, config)).toContain(`"token_endpoint" is in a private network`);
	});

	test("a redirect of the discovery document is not followed", async () => {
		const { issuer, config } = await createStranger();
		const location = `${internal.url}/.well-known/openid-configuration`;
		issuer.fail("/.well-known/openid-configuration", 302, {}, { location });
		expect(await refused(issuer, config)).toContain("status 302");
		expect(internal.requests).toEqual([]);
	});

	test.each([
		["/jwks", "keys"],
		["/token", "token"],
		["/userinfo", "user"],
	])("a redirect of %s is not followed", async (path, step) => {
		const { issuer, config } = await createStranger();
		const flow = await at(issuer, config).startSignIn(loginRequest());
		const nonce = new URL(flow.url).searchParams.get("nonce") ?? "";
		await respondWith(issuer, { name: undefined }, nonce);
		issuer.fail(path, 307, {}, { location: `${internal.url}/x` });
		// Another instance of the app, with empty caches.
		const outcome = at(issuer, { fetch: createNetwork(issuer) }).handleCallback(callbackRequest(flow));
		// A failed userinfo request does not fail the sign-in.
		const errors =
			step === "user" ? (await outcome).failedRequests : [await failureOf(outcome, "FAILED_REQUEST")];
		expect(errors).toMatchObject([{ step, status: 307 }]);
		expect(internal.requests).toEqual([]);
	});

	test("an issuer that moves its token endpoint into a private network during a sign-in receives neither code nor secret", async () => {
		const { issuer, config } = await createStranger("http://issuer.example");
		const flow = await at(issuer, config).startSignIn(loginRequest());
		issuer.metadata.token_endpoint = `${internal.url}/token`;
		// Another instance of the app, with empty caches.
		const elsewhere = { fetch: createNetwork(issuer) };
		const error = await failureOf(
			at(issuer, elsewhere).handleCallback(callbackRequest(flow)),
			"FAILED_REQUEST",
		);
		expect(error.message).toContain(`"token_endpoint" is in a private network`);
		expect([...internal.requests, ...issuer.requestsTo("/token")]).toEqual([]);
	});

	test("an endpoint in a private network is accepted if the app itself sets it", async () => {
		const { issuer, config } = await createStranger();
		internal.on("/token", TOKENS);
		const provider = at(issuer, { ...config, endpoints: { token: `${internal.url}/token` } });
		expect(await provider.refreshTokens("refresh-token-of-ada")).toMatchObject({
			accessToken: TOKENS.access_token,
		});
	});
});

describe("the cache of issuers", () => {
	/** Fetches everything that is cached, for this many issuers. */
	async function askMany(server: Loopback, count: number, fetch: typeof globalThis.fetch) {
		for (let number = 0; number < count; number++) {
			const url = `https://issuer.example/${number}`;
			server.on(`/${number}/.well-known/openid-configuration`, {
				issuer: url,
				authorization_endpoint: `${url}/authorize`,
				token_endpoint: `${url}/token`,
				jwks_uri: `${url}/jwks`,
			});
			server.on(`/${number}/jwks`, { keys: [] });
			await failureOf(at({ url }, { fetch }).validateIdToken("a.b.c", { nonce: "n" }), "INVALID_ID_TOKEN");
		}
	}

	test("the cache keeps 200 issuers, and asks the first one again after 200 others", async () => {
		const server = await serve();
		const fetch = createNetwork({ url: "https://issuer.example", origin: server.url });
		const asked = (number: number) =>
			server.requests.filter(({ path }) => path.startsWith(`/${number}/`)).length;
		await askMany(server, 200, fetch);
		await askMany(server, 200, fetch);
		expect([asked(0), asked(199)]).toEqual([2, 2]);
		await askMany(server, 202, fetch);
		await askMany(server, 1, fetch);
		expect([asked(0), asked(199)]).toEqual([4, 2]);
	});

	test("the cache stays below 30 MB after 250 issuers with documents of 0.9 MB", {
		timeout: 120_000,
	}, async () => {
		const script = new URL("many-issuers.ts", import.meta.url).pathname;
		const { stdout } = await promisify(execFile)(process.execPath, ["--expose-gc", script]);
		const { requests, megabytes } = JSON.parse(stdout);
		expect(requests).toBe(500);
		expect(megabytes).toBeLessThan(30);
	});
});
