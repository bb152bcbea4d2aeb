import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import bluesky, { type BlueskyConfig } from "@oauth/bluesky";
import { OAuthError } from "@oauth/core";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { flowCookie, loginRequest, readFlow, withCookie, withFlow } from "@oauth/test-kit/sign-in";
import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import type { Answer } from "./internet.ts";
import { metadataOf } from "./own-server.ts";
import { newPrivateKey } from "./setup.ts";
import { comeBack, EVE, MALLORY, World } from "./world.ts";

/** Whoever runs a server, has a handle's domain or changes a cookie tries what they can. */
const METADATA = "/.well-known/oauth-authorization-server";
const RESOURCE = "/.well-known/oauth-protected-resource";
const GET_SESSION = "/xrpc/com.atproto.server.getSession";

let world: World;
beforeEach(async () => {
	world = new World();
	await world.start();
});
afterEach(() => world.internet.close());

describe("who was named at the start", () => {
	test.each(["mallory.own.test", MALLORY])(
		"is who signs in, and nobody else of that server: %s",
		async (hint) => {
			const { server } = world;
			server.answers["/.well-known/atproto-did"] = {
				headers: { "content-type": "text/plain" },
				body: MALLORY,
			};
			server.answers[METADATA] = {
				body: { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` },
			};
			server.answers["/revoke"] = { body: {} };
			expect((await world.signIn({}, hint)).providerUserId).toBe(MALLORY);
			expect(server.requests("/revoke")).toEqual([]);

			server.sub = EVE;
			expect(await failureOf(world.signIn({}, hint), "FLOW_MISMATCH")).toMatchObject({ step: "token" });
			// The tokens that nobody gets are of no use to anybody.
			const [revocation] = server.requests("/revoke");
			expect(new URLSearchParams(revocation?.body).get("token")).toBe("access-token-of-the-person");
		},
	);

	test("can be a server, and everybody of it signs in", async () => {
		world.server.sub = EVE;
		expect((await world.signIn({}, world.server.origin)).providerUserId).toBe(EVE);
	});
});

describe("what is sealed", () => {
	test("for one flow is of no use in another", async () => {
		const one = await world.begin();
		const other = await world.begin();
		const { codeVerifier } = readFlow(one);
		const request = comeBack(withFlow(other, { codeVerifier }), world.server.callback());
		await failureOf(other.provider.handleCallback(request), "FLOW_MISMATCH");
		expect(world.server.requests("/token")).toEqual([]);
	});

	test("for a flow is no refresh token", async () => {
		const { provider, ...signIn } = await world.begin();
		const { codeVerifier } = readFlow(signIn);
		await failureOf(provider.refreshTokens(codeVerifier), "INVALID_GRANT");
		await failureOf(provider.openSession(codeVerifier), "INVALID_GRANT");
		await failureOf(provider.revokeToken(codeVerifier), "FAILED_REQUEST");
		expect(world.server.requests("/token")).toEqual([]);
	});

	test("as a refresh token is no flow, whatever its state", async () => {
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

	test("is refreshed for the app alone that it was sealed for, also at the same moment", async () => {
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

	test("without its issuer is held against the one that answers all the same", async () => {
		const { provider, ...signIn } = await world.begin();
		for (const iss of [world.server.origin, world.good.origin]) {
			const request = comeBack(withFlow(signIn, { issuer: undefined }), world.server.callback({ iss }));
			await failureOf(provider.handleCallback(request), "ISSUER_MISMATCH");
		}
		expect(world.server.requests("/token")).toEqual([]);
	});
});

describe("the flow's cookie stays small", () => {
	test("also with the longest host name and the longest path to come back to", async () => {
		const host = [63, 63, 63, 50].map((length) => "a".repeat(length)).join(".");
		const issuer = `https://${host}.own.test`;
		world.server.answers[RESOURCE] = {
			body: { resource: world.server.origin, authorization_servers: [issuer] },
		};
		world.server.answers[METADATA] = {
			body: { ...metadataOf(world.server.origin), issuer },
		};
		const signIn = await bluesky(world.config).startSignIn(loginRequest(), {
			loginHint: MALLORY,
			redirectTo: `/${"a".repeat(500)}`,
		});
		expect(flowCookie(signIn).serialize().length).toBeLessThan(3000);
	});

	test("as an issuer is an origin", async () => {
		const issuer = `${world.server.origin}/${"a".repeat(5000)}`;
		world.server.answers[RESOURCE] = {
			body: { resource: world.server.origin, authorization_servers: [issuer] },
		};
		world.server.answers[METADATA] = { body: { ...metadataOf(world.server.origin), issuer } };
		expect(await failureOf(world.begin(), "FAILED_REQUEST")).toMatchObject({ step: "discovery" });
	});

	test.each([["RS256"], ["PS512", "RS256"]])(
		"as the key in it is one for ES256, whatever is asked for: %s",
		async (...algorithms) => {
			const metadata = metadataOf(world.server.origin);
			world.server.answers[METADATA] = {
				body: { ...metadata, dpop_signing_alg_values_supported: algorithms },
			};
			await failureOf(world.begin(), "FAILED_REQUEST");
			world.server.answers[METADATA] = {
				body: { ...metadata, dpop_signing_alg_values_supported: ["ES256K", "ES256", ...algorithms] },
			};
			await world.begin();
			const [proof] = world.server.requests("/par").map(({ headers }) => `${headers.dpop}`);
			expect(decodeProtectedHeader(`${proof}`)).toMatchObject({ alg: "ES256", jwk: { crv: "P-256" } });
		},
	);
});

describe("nothing leads into the app's own network", () => {
	test.each(["127.0.0.1", "127.1", "0x7f000001", "localhost", "[::1]", "[::ffff:127.0.0.1]"])(
		"by a server at %s",
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
		"by a redirect from %s",
		async (path) => {
			world.server.answers[path] = redirect;
			const hint = path.endsWith("did") ? "mallory.own.test" : MALLORY;
			await failureOf(world.signIn({}, hint), "FAILED_REQUEST");
			expect(paths()).toContain(path);
			expect(paths()).not.toContain("/elsewhere");
		},
	);

	test("by a redirect from the e-mail address", async () => {
		world.server.answers[GET_SESSION] = redirect;
		const { failedRequests, profile } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
		expect(profile).not.toHaveProperty("email");
		expect(paths()).toContain(GET_SESSION);
		expect(paths()).not.toContain("/elsewhere");
	});

	test("an app's own `fetch` sends as it likes", async () => {
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

describe("an answer of more than a mebibyte is none", () => {
	const padding = "x".repeat(2 ** 20);

	test.each([RESOURCE, METADATA])("from %s", async (path) => {
		const { origin } = world.server;
		const good = { resource: origin, authorization_servers: [origin], ...metadataOf(origin) };
		world.server.answers[path] = { body: good };
		await world.begin();
		world.server.answers[path] = { body: { ...good, padding } };
		await failureOf(world.begin(), "FAILED_REQUEST");
	});

	test("from the directory", async () => {
		world.accounts[MALLORY] = { ...Object(world.accounts[MALLORY]), padding };
		await failureOf(world.begin(), "FAILED_REQUEST");
	});
});

describe("a handle", () => {
	const never = () => new Promise<never>(() => {});
	const leads = { headers: { "content-type": "text/plain" }, body: MALLORY };

	test("without a TXT record is asked for at its own server", async () => {
		world.server.answers["/.well-known/atproto-did"] = leads;
		// As a resolver of Node.js says it.
		const resolveTxt = () => Promise.reject(Object.assign(new Error("queryTxt"), { code: "ENOTFOUND" }));
		await world.begin({ resolveTxt }, "mallory.own.test");
	});

	test.each<[string, () => Answer | Promise<Answer>, BlueskyConfig["resolveTxt"]]>([
		["server", never, async () => []],
		["name server", () => leads, never],
	])("whose %s hangs keeps nobody from signing in without it", async (_, answer, resolveTxt) => {
		world.server.answers["/.well-known/atproto-did"] = answer;
		const settings = { resolveTxt, timeout: 300 };
		expect(await failureOf(world.begin(settings, "mallory.own.test"), "FAILED_REQUEST")).toMatchObject({
			step: "discovery",
		});
		expect((await world.signIn(settings, world.server.origin)).providerUserId).toBe(MALLORY);
	});
});

describe("an error holds nothing that was sent in confidence", () => {
	/** A server that says what it was told again, wherever an error can be read from. */
	function repeat(path: string, name: string): Set<string> {
		const { origin } = world.server;
		const metadata = { ...metadataOf(origin), revocation_endpoint: `${origin}/revoke` };
		world.server.answers[METADATA] = { body: metadata };
		const told = new Set<string>();
		const statuses = [400, 200, 500];
		world.server.answers[path] = ({ body }) => {
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
	])("at %s: %s", async (path, name) => {
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
	])("at %s", async (method, path, name) => {
		const { tokens } = await world.signIn();
		const told = repeat(path, name);
		const error = await failureOf(bluesky(world.config)[method](`${tokens.refreshToken}`), "FAILED_REQUEST");
		expect([...told]).toEqual(["refresh-token-of-the-person"]);
		expectNoSecrets(error, [...told, `${tokens.refreshToken}`]);
	});

	test("at the e-mail address", async () => {
		const body = "access-token-of-the-person";
		world.server.answers[GET_SESSION] = { body };
		const { failedRequests } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user", status: 200 }]);
		expectNoSecrets(failedRequests[0], [body.slice(0, 8)]);
	});

	test("at a token that no header can hold", async () => {
		const accessToken = "access-token\nof-the-person";
		world.server.answers["/token"] = {
			body: {
				access_token: accessToken,
				token_type: "DPoP",
				scope: "atproto transition:email",
				sub: MALLORY,
			},
		};
		const { failedRequests } = await world.signIn({ email: true });
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
		expectNoSecrets(failedRequests[0], ["of-the-person"]);
	});
});

describe("tokens", () => {
	test("that are new already are not lost by what fails after them", async () => {
		const { tokens } = await world.signIn();
		const { server } = world;
		const redeemed = server.requests("/token").length;
		server.answers[METADATA] = () =>
			server.requests("/token").length > redeemed ? { status: 500 } : { body: metadataOf(server.origin) };
		const refreshed = await bluesky(world.config).refreshTokens(`${tokens.refreshToken}`);
		expect(refreshed).toMatchObject({ accessToken: "access-token-of-the-person", raw: { sub: MALLORY } });
	});

	test.each<Answer>([
		{ status: 200, body: "" },
		{ status: 200, headers: { "content-type": "text/plain" }, body: "ok" },
		{ status: 204, body: "" },
	])("are revoked by a success without JSON too: %j", async (answer) => {
		const { origin } = world.server;
		const metadata = { ...metadataOf(origin), revocation_endpoint: `${origin}/revoke` };
		world.server.answers[METADATA] = { body: metadata };
		world.server.answers["/revoke"] = answer;
		const { tokens } = await world.signIn();
		await bluesky(world.config).revokeToken(`${tokens.refreshToken}`);
		expect(world.server.requests("/revoke")).not.toEqual([]);
		// But not where the server isn't there.
		world.server.answers[METADATA] = { headers: { "content-type": "text/html" }, body: "" };
		await failureOf(bluesky(world.config).revokeToken(`${tokens.refreshToken}`), "FAILED_REQUEST");
	});

	test("of an open session are never refreshed, as nobody would store the new ones", async () => {
		const { server } = world;
		let isFirst = true;
		server.answers["/token"] = () => ({
			body: {
				access_token: "access-token-of-the-person",
				refresh_token: "refresh-token-of-the-person",
				token_type: "DPoP",
				// It has expired when it comes.
				expires_in: isFirst ? -60 : 3600,
				scope: "atproto",
				sub: MALLORY,
			},
		});
		const { tokens } = await world.signIn();
		isFirst = false;
		const redeemed = server.requests("/token").length;
		server.answers[GET_SESSION] = {
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
	])("is text, and confirmed by nothing but `true`: %j", async (answer, expected) => {
		world.profile = { status: 404 };
		world.server.answers[GET_SESSION] = { body: { did: MALLORY, ...Object(answer) } };
		const { failedRequests, providerUser } = await world.signIn({ scope: ["account:email"] });
		expect(providerUser).toEqual({ did: MALLORY, ...expected });
		expect(failedRequests).toEqual([]);
	});
});

describe("settings", () => {
	test("the first of the keys signs, and all are in the document", async () => {
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
	])("a key is read %s", async (_, change) => {
		const [key = ""] = world.config.privateKeys;
		const document = bluesky({ ...world.config, privateKeys: [change(key)] }).clientMetadata();
		expect(await document).toEqual(await bluesky(world.config).clientMetadata());
	});

	test.each<[string, object]>([
		['"privateKeys" must be a list', { privateKeys: "-----BEGIN PRIVATE KEY-----" }],
		['"privateKeys" must be the texts of ES256 keys', { privateKeys: ["-----BEGIN PRIVATE KEY-----"] }],
		['"privateKeys" is missing, or one of its keys', { privateKeys: [undefined] }],
		['"clientId" is missing', { clientId: undefined }],
		['"clientId" must be the https URL', { clientId: "http://app.acme.dev/client-metadata.json" }],
		[
			'"clientId", "redirectUri" or "description" is wrong: ClientID must contain a path',
			{ clientId: "https://app.acme.dev" },
		],
		['"redirectUri" must be', { redirectUri: "http://app.acme.dev/login/callback" }],
	])("that no server would take are not published: %s", async (reason, wrong) => {
		const error = await failureOf(bluesky({ ...world.config, ...wrong }).clientMetadata(), "INVALID_CONFIG");
		expect(error.message).toContain(reason);
	});
});

test("an error that is its own cause is an error like another", async () => {
	const endless = new TypeError("fetch failed");
	endless.cause = endless;
	const fetch = () => Promise.reject(endless);
	await failureOf(world.begin({ fetch }), "FAILED_REQUEST");
});

describe("nonsense", () => {
	/** Something else in the place of an answer, and of each of its parts. */
	function* distort(answer: unknown): Generator<unknown> {
		yield* [null, -1, "nonsense", [], {}];
		if (typeof answer !== "object" || !answer) return;
		for (const [name, part] of Object.entries(answer))
			for (const nonsense of distort(part))
				yield Array.isArray(answer) ? answer.with(Number(name), nonsense) : { ...answer, [name]: nonsense };
	}

	const origin = "https://own.test";
	const tokenAnswer = {
		access_token: "access-token-of-the-person",
		refresh_token: "refresh-token-of-the-person",
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
		["/token", tokenAnswer],
		[GET_SESSION, { did: MALLORY, email: "mallory@example.com", emailConfirmed: true }],
		[
			"/profile",
			{ did: MALLORY, handle: "mallory.own.test", displayName: "Mallory", avatar: "https://cdn.test/1" },
		],
	])("from %s ends in the account or in an error, and in no word in the log", async (path, documented) => {
		// What is about the user, but for who it is, refuses nobody.
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
		server.answers[GET_SESSION] = {
			body: { did: MALLORY, email: "mallory@example.com", emailConfirmed: true },
		};
		const answers = [...distort(documented ?? account), `${"[".repeat(2 ** 16)}`];
		for (const body of answers) {
			if (path === "/did") accounts[MALLORY] = body;
			else if (path === "/profile") world.profile = { body };
			else
				server.answers[path] = (request) => {
					if (path === "/par") server.pushed = new URLSearchParams(request.body);
					return { body };
				};
			const outcome = await world.signIn({ email: true }).catch((error: unknown) => error);
			if (isOptional || !OAuthError.is(outcome)) expect(outcome).toMatchObject({ providerUserId: MALLORY });
		}
		for (const spy of log) expect(spy).not.toHaveBeenCalled();
		expect(unhandled).not.toHaveBeenCalled();
	});
});
