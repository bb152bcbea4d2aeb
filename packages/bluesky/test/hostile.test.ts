import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import bluesky, { type BlueskyConfig } from "@oauth/bluesky";
import { OAuthError } from "@oauth/core";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { flowCookie, loginRequest, readFlow, withCookie, withFlow } from "@oauth/test-kit/sign-in";
import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { SiteResponse } from "./internet.ts";
import { metadataOf } from "./own-server.ts";
import { newPrivateKey } from "./setup.ts";
import { comeBack, EVE, MALLORY, World } from "./world.ts";

// Attacks by those who run a server, own a handle's domain or change a cookie.
const METADATA = "/.well-known/oauth-authorization-server";
const RESOURCE = "/.well-known/oauth-protected-resource";
const GET_SESSION = "/xrpc/com.atproto.server.getSession";

let world: World;
beforeEach(async () => {
	world = new World();
	await world.start();
});
afterEach(() => world.internet.close());

describe("the login hint", () => {
	test.each(["mallory.own.test", MALLORY])(
		"only the account in the login hint signs in: %s",
		async (hint) => {
			const { server } = world;
			server.responses["/.well-known/atproto-did"] = {
				headers: { "content-type": "text/plain" },
				body: MALLORY,
			};
			server.responses[METADATA] = {
				body: { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` },
			};
			server.responses["/revoke"] = { body: {} };
			expect((await world.signIn({}, hint)).providerUserId).toBe(MALLORY);
			expect(server.requests("/revoke")).toEqual([]);

			server.sub = EVE;
			expect(await failureOf(world.signIn({}, hint), "FLOW_MISMATCH")).toMatchObject({ step: "token" });
			// The tokens that nobody gets are revoked.
			const [revocation] = server.requests("/revoke");
			expect(new URLSearchParams(revocation?.body).get("token")).toBe("access-token-of-the-user");
		},
	);

	test("any account of a server signs in if the login hint is the server's URL", async () => {
		world.server.sub = EVE;
		expect((await world.signIn({}, world.server.origin)).providerUserId).toBe(EVE);
	});
});

describe("sealed values", () => {
	test("a value that was sealed for one flow is refused in another", async () => {
		const one = await world.begin();
		const other = await world.begin();
		const { codeVerifier } = readFlow(one);
		const request = comeBack(withFlow(other, { codeVerifier }), world.server.callback());
		await failureOf(other.provider.handleCallback(request), "FLOW_MISMATCH");
		expect(world.server.requests("/token")).toEqual([]);
	});

	test("a value that was sealed for a flow is refused as a refresh token", async () => {
		const { provider, ...signIn } = await world.begin();
		const { codeVerifier } = readFlow(signIn);
		await failureOf(provider.refreshTokens(codeVerifier), "INVALID_GRANT");
		await failureOf(provider.openSession(codeVerifier), "INVALID_GRANT");
		await failureOf(provider.revokeToken(codeVerifier), "FAILED_REQUEST");
		expect(world.server.requests("/token")).toEqual([]);
	});

	test("a value that was sealed as a refresh token is refused in a flow, whatever its state", async () => {
		const { tokens } = await world.signIn();
		const { provider, ...signIn } = await world.begin();
		for (const state of [signIn.state, "session"]) {
			const name = flowCookie(signIn).name.replace(signIn.state.slice(0, 16), state.slice(0, 16));
			const forged = withCookie(withFlow(signIn, { state, codeVerifier: tokens.refreshToken }), { name });
			const request = comeBack(forged, world.server.callback({ state }));
			const { message } = await failureOf(provider.handleCallback(request), "FLOW_MISMATCH");
			expect(message).toContain("sealed");
		}
	});

	test("a refresh token is refreshed only for the app that sealed it, also during that app's refresh", async () => {
		const { tokens } = await world.signIn();
		const own = bluesky(world.config).refreshTokens(`${tokens.refreshToken}`);
		const stranger = bluesky({
			...world.config,
			clientId: "https://other.acme.dev/client-metadata.json",
			privateKeys: [await newPrivateKey()],
		});
		await failureOf(stranger.refreshTokens(`${tokens.refreshToken}`), "INVALID_GRANT");
		expect(await own).toMatchObject({ raw: { sub: MALLORY } });
	});

	test("a flow without its issuer is refused whichever server responds", async () => {
		const { provider, ...signIn } = await world.begin();
		for (const iss of [world.server.origin, world.good.origin]) {
			const request = comeBack(withFlow(signIn, { issuer: undefined }), world.server.callback({ iss }));
			await failureOf(provider.handleCallback(request), "ISSUER_MISMATCH");
		}
		expect(world.server.requests("/token")).toEqual([]);
	});
});

describe("the size of the flow's cookie", () => {
	test("the flow's cookie stays small with the longest host name and a long redirectTo", async () => {
		const host = [63, 63, 63, 50].map((length) => "a".repeat(length)).join(".");
		const issuer = `https://${host}.own.test`;
		world.server.responses[RESOURCE] = {
			body: { resource: world.server.origin, authorization_servers: [issuer] },
		};
		world.server.responses[METADATA] = {
			body: { ...metadataOf(world.server.origin), issuer },
		};
		const signIn = await bluesky(world.config).startSignIn(loginRequest(), {
			loginHint: MALLORY,
			redirectTo: `/${"a".repeat(500)}`,
		});
		expect(flowCookie(signIn).serialize().length).toBeLessThan(3000);
	});

	test("an issuer with a path, which would not fit into the cookie, is refused", async () => {
		const issuer = `${world.server.origin}/${"a".repeat(5000)}`;
		world.server.responses[RESOURCE] = {
			body: { resource: world.server.origin, authorization_servers: [issuer] },
		};
		world.server.responses[METADATA] = { body: { ...metadataOf(world.server.origin), issuer } };
		expect(await failureOf(world.begin(), "FAILED_REQUEST")).toMatchObject({ step: "discovery" });
	});

	test.each([["RS256"], ["PS512", "RS256"]])(
		"the key in the flow's cookie is for ES256, whatever else the server lists: %s",
		async (...algorithms) => {
			const metadata = metadataOf(world.server.origin);
			world.server.responses[METADATA] = {
				body: { ...metadata, dpop_signing_alg_values_supported: algorithms },
			};
			await failureOf(world.begin(), "FAILED_REQUEST");
			world.server.responses[METADATA] = {
				body: { ...metadata, dpop_signing_alg_values_supported: ["ES256K", "ES256", ...algorithms] },
			};
			await world.begin();
			const [proof] = world.server.requests("/par").map(({ headers }) => `${headers.dpop}`);
			expect(decodeProtectedHeader(`${proof}`)).toMatchObject({ alg: "ES256", jwk: { crv: "P-256" } });
		},
	);
});

describe("the app's own network", () => {
	test.each(["127.0.0.1", "127.1", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]"])(
		"nothing is sent to a server at %s",
		async (host) => {
			const listener = createServer().listen(0, "127.0.0.1");
			onTestFinished(() => void listener.close());
			await once(listener, "listening");
			const met = vi.fn();
			listener.on("connection", (socket) => met(socket.destroy()));
			const { port } = listener.address() as AddressInfo;
			const { fetch: _, ...guarded } = world.config;
			for (const scheme of ["https", "http"])
				expect(
					await failureOf(
						world.begin({ ...guarded, fetch: undefined }, `${scheme}://${host}:${port}`),
						"FAILED_REQUEST",
					),
				).toMatchObject({ step: "discovery" });
			expect(met).not.toHaveBeenCalled();
		},
	);

	const redirect = { status: 307, headers: { location: "/elsewhere" } };
	const paths = () => world.internet.requests.map(({ url }) => url.pathname);

	test.each([RESOURCE, METADATA, "/par", "/token", "/.well-known/atproto-did"])(
		"a redirect from %s is not followed",
		async (path) => {
			world.server.responses[path] = redirect;
			const hint = path.endsWith("did") ? "mallory.own.test" : MALLORY;
			await failureOf(world.signIn({}, hint), "FAILED_REQUEST");
			expect(paths()).toContain(path);
			expect(paths()).not.toContain("/elsewhere");
		},
	);

	test("a redirect from the request for the e-mail address is not followed", async () => {
		world.server.responses[GET_SESSION] = redirect;
		const { failedRequests, profile } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
		expect(profile).not.toHaveProperty("email");
		expect(paths()).toContain(GET_SESSION);
		expect(paths()).not.toContain("/elsewhere");
	});

	test("an app's own fetch gets no dispatcher", async () => {
		const inits: unknown[] = [];
		const fetch: typeof globalThis.fetch = (input, init) => {
			inits.push(...(init ? [init] : []));
			return world.internet.fetch(input, init);
		};
		await world.signIn({ fetch });
		expect(inits.length).toBeGreaterThan(5);
		for (const init of inits) expect(init).not.toHaveProperty("dispatcher");
	});
});

describe("responses of more than a mebibyte", () => {
	const padding = "x".repeat(2 ** 20);

	test.each([RESOURCE, METADATA])("a response of more than a mebibyte from %s is refused", async (path) => {
		const { origin } = world.server;
		const good = { resource: origin, authorization_servers: [origin], ...metadataOf(origin) };
		world.server.responses[path] = { body: good };
		await world.begin();
		world.server.responses[path] = { body: { ...good, padding } };
		await failureOf(world.begin(), "FAILED_REQUEST");
	});

	test("a response of more than a mebibyte from the directory of accounts is refused", async () => {
		world.accounts[MALLORY] = { ...Object(world.accounts[MALLORY]), padding };
		await failureOf(world.begin(), "FAILED_REQUEST");
	});
});

describe("handles", () => {
	const never = () => new Promise<never>(() => {});
	const leads = { headers: { "content-type": "text/plain" }, body: MALLORY };

	test("a handle without a TXT record is looked up at its own server", async () => {
		world.server.responses["/.well-known/atproto-did"] = leads;
		// As a resolver of Node.js rejects.
		const resolveTxt = () => Promise.reject(Object.assign(new Error("queryTxt"), { code: "ENOTFOUND" }));
		await world.begin({ resolveTxt }, "mallory.own.test");
	});

	test.each<[string, () => SiteResponse | Promise<SiteResponse>, BlueskyConfig["resolveTxt"]]>([
		["server", never, async () => []],
		["name server", () => leads, never],
	])("a user signs in without a handle whose %s hangs", async (_, response, resolveTxt) => {
		world.server.responses["/.well-known/atproto-did"] = response;
		const settings = { resolveTxt, timeout: 1_000 };
		expect(await failureOf(world.begin(settings, "mallory.own.test"), "FAILED_REQUEST")).toMatchObject({
			step: "discovery",
		});
		expect((await world.signIn(settings, world.server.origin)).providerUserId).toBe(MALLORY);
	});
});

describe("secrets in errors", () => {
	/** Lets the server repeat a secret wherever an error can be read from. Returns the secrets that it was told. */
	function repeat(path: string, name: string): Set<string> {
		const { origin } = world.server;
		const metadata = { ...metadataOf(origin), revocation_endpoint: `${origin}/revoke` };
		world.server.responses[METADATA] = { body: metadata };
		const told = new Set<string>();
		const statuses = [400, 200, 500];
		world.server.responses[path] = ({ body }) => {
			const secret = `${new URLSearchParams(body).get(name)}`;
			told.add(secret);
			const names = ["error", "error_description", "access_token", "token_type", "scope", "sub"];
			return {
				status: statuses.shift(),
				body: Object.fromEntries(names.map((part) => [part, secret])),
			};
		};
		return told;
	}

	test.each([
		["/par", "client_assertion"],
		["/token", "client_assertion"],
		["/token", "code"],
		["/token", "code_verifier"],
	])("an error at %s does not contain the %s that the server repeats", async (path, name) => {
		const told = repeat(path, name);
		for (const _ of ["once", "again", "and again"]) {
			const error = await failureOf(world.signIn(), "FAILED_REQUEST");
			expectNoSecrets(error, [...told]);
			expect([...told].join()).toMatch(/^[\w-]{10}/);
		}
	});

	test.each<["refreshTokens" | "revokeToken", string, string]>([
		["refreshTokens", "/token", "refresh_token"],
		["revokeToken", "/revoke", "token"],
	])(
		"an error of %s does not contain the refresh token that the server repeats",
		async (method, path, name) => {
			const { tokens } = await world.signIn();
			const told = repeat(path, name);
			const error = await failureOf(
				bluesky(world.config)[method](`${tokens.refreshToken}`),
				"FAILED_REQUEST",
			);
			expect([...told]).toEqual(["refresh-token-of-the-user"]);
			expectNoSecrets(error, [...told, `${tokens.refreshToken}`]);
		},
	);

	test("an error of the request for the e-mail address does not contain the access token", async () => {
		const body = "access-token-of-the-user";
		world.server.responses[GET_SESSION] = { body };
		const { failedRequests } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user", status: 200 }]);
		expectNoSecrets(failedRequests[0], [body.slice(0, 8)]);
	});

	test("an error for an access token that no header can hold does not contain it", async () => {
		const accessToken = "access-token\nof-the-user";
		world.server.responses["/token"] = {
			body: {
				access_token: accessToken,
				token_type: "DPoP",
				scope: "atproto transition:email",
				sub: MALLORY,
			},
		};
		const { failedRequests } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
		expectNoSecrets(failedRequests[0], ["of-the-user"]);
	});
});

describe("tokens", () => {
	test("refreshTokens returns the new tokens although a later request fails", async () => {
		const { tokens } = await world.signIn();
		const { server } = world;
		const redeemed = server.requests("/token").length;
		server.responses[METADATA] = () =>
			server.requests("/token").length > redeemed ? { status: 500 } : { body: metadataOf(server.origin) };
		const refreshed = await bluesky(world.config).refreshTokens(`${tokens.refreshToken}`);
		expect(refreshed).toMatchObject({ accessToken: "access-token-of-the-user", raw: { sub: MALLORY } });
	});

	test.each<SiteResponse>([
		{ status: 200, body: "" },
		{ status: 200, headers: { "content-type": "text/plain" }, body: "ok" },
		{ status: 204, body: "" },
	])("revokeToken takes a success without JSON: %j", async (response) => {
		const { origin } = world.server;
		const metadata = { ...metadataOf(origin), revocation_endpoint: `${origin}/revoke` };
		world.server.responses[METADATA] = { body: metadata };
		world.server.responses["/revoke"] = response;
		const { tokens } = await world.signIn();
		await bluesky(world.config).revokeToken(`${tokens.refreshToken}`);
		expect(world.server.requests("/revoke")).not.toEqual([]);
		// But not without the server's metadata.
		world.server.responses[METADATA] = { headers: { "content-type": "text/html" }, body: "" };
		await failureOf(bluesky(world.config).revokeToken(`${tokens.refreshToken}`), "FAILED_REQUEST");
	});

	test("an open session never refreshes its tokens, because nobody would store the new ones", async () => {
		const { server } = world;
		let isFirst = true;
		server.responses["/token"] = () => ({
			body: {
				access_token: "access-token-of-the-user",
				refresh_token: "refresh-token-of-the-user",
				token_type: "DPoP",
				// Already expired on arrival.
				expires_in: isFirst ? -60 : 3600,
				scope: "atproto",
				sub: MALLORY,
			},
		});
		const { tokens } = await world.signIn();
		isFirst = false;
		const redeemed = server.requests("/token").length;
		server.responses[GET_SESSION] = {
			status: 401,
			headers: { "www-authenticate": 'DPoP error="invalid_token"' },
		};
		const session = await bluesky(world.config).openSession(`${tokens.refreshToken}`);
		expect(await session.fetchHandler(GET_SESSION)).toMatchObject({ status: 401 });
		expect(server.requests("/token")).toHaveLength(redeemed);
	});
});

describe("the e-mail address", () => {
	test.each<[unknown, object]>([
		[{ email: { a: 1 }, emailConfirmed: true }, {}],
		[{ emailConfirmed: true }, {}],
		[
			{ email: "ada@example.com", emailConfirmed: "no" },
			{ email: "ada@example.com", emailConfirmed: false },
		],
	])("the e-mail address must be text, and only true confirms it: %j", async (response, expected) => {
		world.profile = { status: 404 };
		world.server.responses[GET_SESSION] = { body: { did: MALLORY, ...Object(response) } };
		const { failedRequests, providerUser } = await world.signIn({ scope: ["account:email"] });
		expect(providerUser).toEqual({ did: MALLORY, ...expected });
		expect(failedRequests).toEqual([]);
	});
});

describe("settings", () => {
	test("the first of privateKeys signs, and all are in the document", async () => {
		const privateKeys = [await newPrivateKey(), ...world.config.privateKeys, await newPrivateKey()];
		const { jwks } = await bluesky({ ...world.config, privateKeys }).clientMetadata();
		expect(jwks?.keys).toHaveLength(3);
		await world.begin({ privateKeys });
		const [request] = world.server.requests("/par");
		const assertion = `${new URLSearchParams(request?.body).get("client_assertion")}`;
		expect(jwks?.keys[0]).toMatchObject({ kid: decodeProtectedHeader(assertion).kid });
	});

	test.each<[string, (pem: string) => string]>([
		["with its line ends spelled out", (pem) => pem.replaceAll("\n", "\\n")],
		["with the line ends of Windows", (pem) => pem.replaceAll("\n", "\r\n")],
		["with spaces in their place", (pem) => ` ${pem.replaceAll("\n", " ")} `],
	])("a private key is read %s", async (_, change) => {
		const [key = ""] = world.config.privateKeys;
		const document = bluesky({ ...world.config, privateKeys: [change(key)] }).clientMetadata();
		expect(await document).toEqual(await bluesky(world.config).clientMetadata());
	});

	test.each<[string, object]>([
		['"privateKeys" must be a list', { privateKeys: "-----BEGIN PRIVATE KEY-----" }],
		['"privateKeys" must be the texts of ES256 keys', { privateKeys: ["-----BEGIN PRIVATE KEY-----"] }],
		['"privateKeys" is missing, or one of its keys is missing', { privateKeys: [undefined] }],
		['"clientId" is missing', { clientId: undefined }],
		['"clientId" must be the https URL', { clientId: "http://app.acme.dev/client-metadata.json" }],
		[
			'"clientId", "redirectUri" or "description" is wrong: ClientID must contain a path',
			{ clientId: "https://app.acme.dev" },
		],
		['"redirectUri" must be', { redirectUri: "http://app.acme.dev/login/callback" }],
	])("clientMetadata refuses a config that no server would accept: %s", async (reason, wrong) => {
		const error = await failureOf(bluesky({ ...world.config, ...wrong }).clientMetadata(), "INVALID_CONFIG");
		expect(error.message).toContain(reason);
	});
});

test("an error that is its own cause becomes a FAILED_REQUEST", async () => {
	const endless = new TypeError("fetch failed");
	endless.cause = endless;
	const fetch = () => Promise.reject(endless);
	await failureOf(world.begin({ fetch }), "FAILED_REQUEST");
});

describe("nonsense", () => {
	/** Returns nonsense in the place of a response, and of each of its parts. */
	function* distort(response: unknown): Generator<unknown> {
		yield* [null, -1, "nonsense", [], {}];
		if (typeof response !== "object" || !response) return;
		for (const [name, part] of Object.entries(response))
			for (const nonsense of distort(part))
				yield Array.isArray(response)
					? response.with(Number(name), nonsense)
					: { ...response, [name]: nonsense };
	}

	const origin = "https://own.test";
	const tokenResponse = {
		access_token: "access-token-of-the-user",
		refresh_token: "refresh-token-of-the-user",
		token_type: "DPoP",
		expires_in: 3600,
		scope: "atproto transition:email",
		sub: MALLORY,
	};

	test.each<[string, unknown]>([
		["/did", undefined],
		[RESOURCE, { resource: origin, authorization_servers: [origin] }],
		[METADATA, { ...metadataOf(origin), revocation_endpoint: `${origin}/revoke` }],
		["/par", { request_uri: "urn:ietf:params:oauth:request_uri:1", expires_in: 60 }],
		["/token", tokenResponse],
		[GET_SESSION, { did: MALLORY, email: "mallory@example.com", emailConfirmed: true }],
		[
			"/profile",
			{ did: MALLORY, handle: "mallory.own.test", displayName: "Mallory", avatar: "https://cdn.test/1" },
		],
	])(
		"nonsense from %s ends in the account or in an OAuthError, and logs nothing",
		async (path, documented) => {
			// Responses about anything but the id can refuse nobody.
			const isOptional = path === "/profile" || path === GET_SESSION;
			const log = (["log", "info", "warn", "error"] as const).map((name) => vi.spyOn(console, name));
			const unhandled = vi.fn();
			process.on("unhandledRejection", unhandled);
			onTestFinished(() => {
				process.off("unhandledRejection", unhandled);
				vi.restoreAllMocks();
			});
			const { server, accounts } = world;
			const account = accounts[MALLORY];
			server.responses[GET_SESSION] = {
				body: { did: MALLORY, email: "mallory@example.com", emailConfirmed: true },
			};
			const responses = [...distort(documented ?? account), `${"[".repeat(2 ** 16)}`];
			for (const body of responses) {
				if (path === "/did") accounts[MALLORY] = body;
				else if (path === "/profile") world.profile = { body };
				else
					server.responses[path] = (request) => {
						if (path === "/par") server.pushed = new URLSearchParams(request.body);
						return { body };
					};
				const outcome = await world.signIn({ email: true }).catch((error: unknown) => error);
				if (isOptional || !OAuthError.is(outcome)) expect(outcome).toMatchObject({ providerUserId: MALLORY });
			}
			for (const spy of log) expect(spy).not.toHaveBeenCalled();
			expect(unhandled).not.toHaveBeenCalled();
		},
	);
});
