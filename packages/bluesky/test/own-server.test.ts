import { inspect } from "node:util";
import bluesky, { type BlueskyConfig } from "@oauth/bluesky";
import { OAuthError } from "@oauth/core";
import { serve } from "@oauth/test-kit/loopback";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Internet, SiteResponse } from "./internet.ts";
import { metadataOf, type OwnServer } from "./own-server.ts";
import { newPrivateKey } from "./setup.ts";
import { ADA, comeBack, MALLORY, World } from "./world.ts";

/** Anybody can run a server. */
let world: World;
let internet: Internet;
let server: OwnServer;
let config: World["config"];

beforeEach(async () => {
	world = new World();
	({ internet, server, config } = world);
	await world.start();
});
afterEach(() => internet.close());

/** Returns the error that a promise rejects with, and checks that it contains no secret. */
async function failure(promise: Promise<unknown>): Promise<OAuthError> {
	const error = await promise.then(
		() => expect.unreachable("expected an error"),
		(reason: unknown) => reason,
	);
	if (!OAuthError.is(error)) throw error;
	expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("of-the-user");
	return error;
}

const begin = (settings: BlueskyConfig, loginHint?: string) =>
	bluesky(settings).startSignIn(loginRequest(), { loginHint });

test("a user of a good server signs in", async () => {
	const { providerUserId, profile } = await world.signIn();
	expect(providerUserId).toBe(MALLORY);
	expect(profile.username).toBe("mallory.own.test");
});

describe("accounts", () => {
	test("a server cannot claim an account of another server", async () => {
		server.sub = ADA;
		expect(await failure(world.signIn())).toMatchObject({
			code: "ISSUER_MISMATCH",
			step: "token",
			message: expect.stringContaining("the account is at another server than this one"),
		});
	});

	test.each(["did:plc:gone4gone4gone4gone4gone4", "did:web:nowhere.test", "mallory", "", "did:plc:short"])(
		"a server cannot claim an account that does not exist: %j",
		async (sub) => {
			server.sub = sub;
			expect(await failure(world.signIn())).toMatchObject({ code: "FAILED_REQUEST", step: "token" });
		},
	);

	test("an account whose handle does not lead back to it has no username", async () => {
		world.profile = { body: { did: MALLORY, handle: "handle.invalid", displayName: "Mallory" } };
		expect((await world.signIn()).profile).toEqual({
			id: MALLORY,
			name: "Mallory",
			url: `https://bsky.app/profile/${MALLORY}`,
		});
	});

	test("an account without a public profile signs in with its DID alone", async () => {
		world.profile = { status: 400, body: { error: "InvalidRequest", message: "Profile not found" } };
		expect((await world.signIn()).providerUser).toEqual({ did: MALLORY });
	});

	test.each<[string, SiteResponse | (() => SiteResponse | Promise<SiteResponse>), string]>([
		["401", { status: 401 }, "status 401"],
		["403", { status: 403 }, "status 403"],
		["429", { status: 429, headers: { "retry-after": "30" } }, "status 429"],
		["500", { status: 500 }, "status 500"],
		["HTML", { body: "<html>" }, "the response is not JSON"],
		["a redirect", { status: 302, headers: { location: "https://good.test/" } }, "status 302"],
		["nothing in time", () => new Promise<SiteResponse>(() => {}), "no response within 1 s"],
	])(
		"an account signs in with its DID alone if its public profile is %s, and failedRequests says why",
		async (_, profile, reason) => {
			world.profile = profile;
			const { failedRequests, providerUserId, providerUser } = await world.signIn({ timeout: 1_000 });
			expect(providerUserId).toBe(MALLORY);
			expect(providerUser).toEqual({ did: MALLORY });
			expect(failedRequests).toMatchObject([
				{ code: "FAILED_REQUEST", step: "user", message: expect.stringContaining(reason) },
			]);
		},
	);

	test.each([null, [], "text", { did: ADA }, { handle: 1, displayName: {}, avatar: [] }])(
		"the public profile does not change which account signed in: %j",
		async (body) => {
			world.profile = { body: JSON.stringify(body) };
			expect((await world.signIn()).providerUserId).toBe(MALLORY);
		},
	);
});

describe("the user's server", () => {
	test("the user's server receives proofs of one key, with its nonce, and the app's assertions", async () => {
		await world.signIn();
		const requests = [...server.requests("/par"), ...server.requests("/token")];
		// Each first try lacks the nonce, which only the response tells.
		expect(requests.map(({ url }) => url.pathname)).toEqual(["/par", "/par", "/token", "/token"]);
		const proofs = requests.map(({ headers }) => decodeJwt(`${headers.dpop}`));
		expect(proofs.map(({ htm, nonce }) => [htm, nonce])).toEqual([
			["POST", undefined],
			["POST", "a-nonce"],
			["POST", undefined],
			["POST", "a-nonce"],
		]);
		expect(new Set(proofs.map(({ jti }) => jti)).size).toBe(4);
		const keys = requests.map(({ headers }) => JSON.parse(atob(`${headers.dpop}`.split(".")[0] ?? "")).jwk);
		expect(new Set(keys.map(({ x }) => x)).size).toBe(1);
		for (const { body } of requests) {
			const form = new URLSearchParams(body);
			expect(decodeJwt(`${form.get("client_assertion")}`)).toMatchObject({
				iss: config.clientId,
				sub: config.clientId,
				aud: server.origin,
			});
			expect(form.get("client_secret")).toBeNull();
		}
	});

	test("the authorization request asks for the scope atproto alone, with PKCE", async () => {
		await world.signIn();
		expect(Object.fromEntries(server.pushed)).toMatchObject({
			client_id: config.clientId,
			redirect_uri: config.redirectUri,
			response_type: "code",
			response_mode: "query",
			scope: "atproto",
			code_challenge_method: "S256",
			code_challenge: expect.stringMatching(/^[\w-]{43}$/),
			state: expect.stringMatching(/^[\w-]{22,}$/),
		});
	});

	test("the public API is asked once, without a token", async () => {
		await world.signIn();
		const asked = internet.requests.filter(({ url }) => url.host === "appview.test");
		expect(asked).toHaveLength(1);
		expect(asked[0]?.headers.authorization).toBeUndefined();
		expect(asked[0]?.url.search).toBe(`?actor=${encodeURIComponent(MALLORY)}`);
	});

	test.each<[string, SiteResponse, reason: string]>([
		[
			"an error",
			{ status: 500, body: { error: "server_error", error_description: "no" } },
			"status 500, the provider says server_error: no",
		],
		["text that is not JSON", { body: "<html>" }, "the response is not JSON"],
		["nothing", { body: {} }, 'the response is wrong at "access_token"'],
		["a list", { body: [] }, "Expected object, received array"],
		["a redirect", { status: 302, headers: { location: "https://good.test/token" } }, "redirect"],
		["more than a mebibyte", { body: { access_token: "x".repeat(2 ** 20) } }, "too large"],
		[
			"a token without its key",
			{
				headers: { "dpop-nonce": "a-nonce" },
				body: {
					access_token: "access-token-of-the-user",
					token_type: "Bearer",
					scope: "atproto",
					sub: MALLORY,
				},
			},
			'the response is wrong at "token_type"',
		],
		[
			"a token that is not for sign-in",
			{
				body: {
					access_token: "access-token-of-the-user",
					token_type: "DPoP",
					scope: "transition:generic",
					sub: MALLORY,
				},
			},
			'the response is wrong at "scope"',
		],
	])("handleCallback fails if the server responds to the code with %s", async (_, response, reason) => {
		server.responses["/token"] = response;
		expect(await failure(world.signIn())).toMatchObject({
			code: "FAILED_REQUEST",
			step: "token",
			message: expect.stringContaining(reason),
		});
		expect(server.requests("/token")).toHaveLength(1);
	});

	test("an error contains neither the code nor the code verifier that the server repeats", async () => {
		let confidential = new URLSearchParams();
		server.responses["/token"] = ({ body }) => {
			confidential = new URLSearchParams(body);
			const told = [confidential.get("code"), confidential.get("code_verifier")].join();
			return { status: 400, body: { error: "invalid_grant", error_description: told } };
		};
		const error = await failure(world.signIn());
		expect(error).toMatchObject({ code: "FAILED_REQUEST", providerError: "invalid_grant" });
		expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(confidential.get("code_verifier"));
	});

	test("a server that hangs is given up after the timeout", async () => {
		server.responses["/token"] = () => new Promise<SiteResponse>(() => {});
		expect(await failure(world.signIn({ timeout: 200 }))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "token",
			message: expect.stringContaining("no response within 0.2 s. Try again later."),
		});
	});

	test("an authorization request that the server refuses fails with the server's error code", async () => {
		server.responses["/par"] = { status: 400, body: { error: "invalid_client_metadata" } };
		expect(await failure(world.signIn())).toMatchObject({
			code: "FAILED_REQUEST",
			step: "authorization",
			status: 400,
			providerError: "invalid_client_metadata",
		});
	});

	test.each<[string, string, SiteResponse]>([
		[
			"names another issuer",
			"/.well-known/oauth-authorization-server",
			{ body: { issuer: "https://good.test" } },
		],
		["has no metadata", "/.well-known/oauth-authorization-server", { status: 404 }],
		[
			"names two issuers",
			"/.well-known/oauth-protected-resource",
			{
				body: {
					resource: "https://own.test",
					authorization_servers: ["https://own.test", "https://good.test"],
				},
			},
		],
	])("a server that %s is refused", async (_, path, response) => {
		server.responses[path] = response;
		expect(await failure(world.signIn())).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
	});

	test("the user's server cannot lead the app into its own network", async () => {
		const inside = await serve();
		const { fetch: _, ...guarded } = config;
		const endpoints = { ...config.endpoints, plcDirectory: inside.url };
		const error = await failure(begin({ ...guarded, endpoints }, MALLORY));
		expect(error).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
		expect(inside.requests).toEqual([]);
	});
});

describe("refreshTokens", () => {
	const tokens = () => ({
		body: {
			access_token: "next-access-token-of-the-user",
			refresh_token: "next-refresh-token-of-the-user",
			token_type: "DPoP",
			expires_in: 3600,
			scope: "atproto",
			sub: MALLORY,
		},
	});
	async function signedIn(): Promise<{ refreshToken: string; sent: () => number }> {
		const { refreshToken } = (await world.signIn()).tokens;
		const before = server.requests("/token").length;
		return { refreshToken: `${refreshToken}`, sent: () => server.requests("/token").length - before };
	}

	test("refreshTokens neither repeats nor aborts a request that was sent: later calls get its result", async () => {
		const { refreshToken, sent } = await signedIn();
		let respond: () => void = () => expect.unreachable("nothing was asked");
		server.responses["/token"] = () =>
			new Promise((resolve) => {
				respond = () => resolve(tokens());
			});
		const provider = bluesky({ ...config, timeout: 1_000 });
		const [first, second] = await Promise.all([
			failure(provider.refreshTokens(refreshToken)),
			failure(provider.refreshTokens(refreshToken)),
		]);
		for (const error of [first, second])
			expect(error).toMatchObject({
				code: "FAILED_REQUEST",
				step: "refresh",
				message: expect.stringContaining("no response within 1 s"),
			});
		await failure(provider.refreshTokens(refreshToken));
		respond();
		// Another object with the same settings, as in an app that makes one per request.
		const late = await bluesky({ ...config, timeout: 1_000 }).refreshTokens(refreshToken);
		expect(late.accessToken).toBe("next-access-token-of-the-user");
		expect(sent()).toBe(1);
	});

	test("refreshTokens shares one request between configs with other keys, and each seals with its own", async () => {
		const { refreshToken, sent } = await signedIn();
		server.responses["/token"] = tokens();
		const rotated = { ...config, privateKeys: [await newPrivateKey(), ...config.privateKeys] };
		const all = await Promise.all([config, rotated].map((app) => bluesky(app).refreshTokens(refreshToken)));
		expect(sent()).toBe(1);
		const sealedBy = all.map((refreshed) => decodeProtectedHeader(`${refreshed.refreshToken}`).kid);
		const keys = (await bluesky(rotated).clientMetadata()).jwks?.keys.map(({ kid }) => kid);
		expect(sealedBy).toEqual(keys?.toReversed());
	});

	test.each<[string, () => void]>([
		[
			"the server says so",
			() => {
				server.responses["/token"] = {
					status: 400,
					body: { error: "invalid_grant", error_description: "Session expired" },
				};
			},
		],
		[
			"the account has moved",
			() => {
				world.accounts[MALLORY] = Object.assign(structuredClone(world.accounts[ADA]) as object, {
					id: MALLORY,
				});
			},
		],
	])("refreshTokens fails with INVALID_GRANT when %s", async (_, end) => {
		const { refreshToken } = await signedIn();
		end();
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "INVALID_GRANT",
			step: "refresh",
			message: expect.stringContaining("Ask the user to sign in again."),
		});
	});

	test("refreshTokens fails with INVALID_GRANT when the server gave no refresh token", async () => {
		const { refresh_token: _, ...body } = tokens().body;
		server.responses["/token"] = { body };
		const { refreshToken, sent } = await signedIn();
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "INVALID_GRANT",
		});
		expect(sent()).toBe(0);
	});

	test.each<[SiteResponse, object]>([
		[
			{ status: 503, headers: { "retry-after": "30" }, body: {} },
			{ status: 503, retryAfter: 30 },
		],
		[
			{ status: 429, body: { error: "RateLimitExceeded" } },
			{ status: 429, providerError: "RateLimitExceeded" },
		],
		[
			{ status: 401, body: { error: "invalid_client" } },
			{ status: 401, providerError: "invalid_client" },
		],
		[{ body: "<html>" }, {}],
	])("refreshTokens fails with FAILED_REQUEST for any other response: %j", async (response, expected) => {
		const { refreshToken } = await signedIn();
		server.responses["/token"] = response;
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "refresh",
			...expected,
		});
	});
});

describe("revokeToken", () => {
	test("revokeToken succeeds for a token that is no longer valid", async () => {
		const { tokens } = await world.signIn();
		const metadata = { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` };
		server.responses["/.well-known/oauth-authorization-server"] = { body: metadata };
		server.responses["/revoke"] = { status: 400, body: { error: "invalid_token" } };
		await bluesky(config).revokeToken(`${tokens.refreshToken}`);
		expect(server.requests("/revoke")).toHaveLength(1);
	});

	test("revokeToken throws NOT_SUPPORTED if the server has no revocation", async () => {
		const { tokens } = await world.signIn();
		const revoking = bluesky(config).revokeToken(`${tokens.refreshToken}`);
		expect(await failure(revoking)).toMatchObject({ code: "NOT_SUPPORTED", step: "revocation" });
	});

	test("revokeToken fails if the server refuses", async () => {
		const { tokens } = await world.signIn();
		const metadata = { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` };
		server.responses["/.well-known/oauth-authorization-server"] = { body: metadata };
		server.responses["/revoke"] = { status: 500, body: { error: "server_error" } };
		const revoking = bluesky(config).revokeToken(`${tokens.refreshToken}`);
		expect(await failure(revoking)).toMatchObject({
			code: "FAILED_REQUEST",
			step: "revocation",
			status: 500,
		});
	});
});

describe("the e-mail address", () => {
	const GET_SESSION = "/xrpc/com.atproto.server.getSession";
	const withEmail = { email: true };

	test("the e-mail address is asked for only with email: true", async () => {
		await world.begin(withEmail);
		expect(server.pushed.get("scope")).toBe("atproto transition:email");
		expect(await bluesky({ ...config, ...withEmail }).clientMetadata()).toMatchObject({
			scope: "atproto transition:email",
		});
		for (const email of [false, undefined]) {
			await world.begin({ email });
			expect(server.pushed.get("scope")).toBe("atproto");
		}
	});

	test("the e-mail address of another account is not believed", async () => {
		server.responses[GET_SESSION] = {
			body: { did: ADA, email: "ada@example.com", emailConfirmed: true },
		};
		const { failedRequests, profile, providerUserId } = await world.signIn(withEmail);
		expect(providerUserId).toBe(MALLORY);
		expect(profile).not.toHaveProperty("email");
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
	});

	test("an e-mail address that the server calls confirmed is not verified", async () => {
		server.responses[GET_SESSION] = {
			body: { did: MALLORY, email: "ada@example.com", emailConfirmed: true },
		};
		const { failedRequests, profile, providerUser } = await world.signIn(withEmail);
		expect(failedRequests).toEqual([]);
		expect(providerUser.emailConfirmed).toBe(true);
		expect(profile).not.toHaveProperty("emailVerified");
		const [asked] = server.requests(GET_SESSION);
		expect(asked?.headers.authorization).toBe("DPoP access-token-of-the-user");
		expect(decodeJwt(`${asked?.headers.dpop}`)).toHaveProperty("ath");
	});

	test.each<[string, SiteResponse | (() => Promise<SiteResponse>), object]>([
		["500", { status: 500 }, { status: 500 }],
		[
			"403",
			{ status: 403, body: { error: "ScopeMissingError", message: "No" } },
			{ providerError: "ScopeMissingError" },
		],
		["401", { status: 401 }, { status: 401 }],
		["429", { status: 429 }, { status: 429 }],
		["HTML", { body: "<html>" }, { status: 200 }],
		["null", { body: "null" }, { status: 200 }],
		["a list", { body: [] }, { status: 200 }],
		[
			"nothing in time",
			() => new Promise<SiteResponse>(() => {}),
			{ message: expect.stringContaining("within 1 s") },
		],
	])(
		"a user signs in without an e-mail address if the server responds to the request for it with %s",
		async (_, response, expected) => {
			server.responses[GET_SESSION] = response;
			const { failedRequests, profile, providerUserId } = await world.signIn({
				...withEmail,
				timeout: 1_000,
			});
			expect(providerUserId).toBe(MALLORY);
			expect(profile).toMatchObject({ username: "mallory.own.test" });
			expect(profile).not.toHaveProperty("email");
			expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user", ...expected }]);
		},
	);
});

describe("handles", () => {
	test.each([
		"nobody.own.test",
		"not a handle",
		"..",
		"did:plc:unknown",
		"did:key:z6Mk",
		"https://",
		"http://own.test",
		"a".repeat(5000),
	])("startSignIn fails for a handle that leads to no account: %j", async (hint) => {
		expect(await failure(begin(config, hint))).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
	});

	test("startSignIn fails for a handle that its account does not name", async () => {
		server.responses["/.well-known/atproto-did"] = { headers: { "content-type": "text/plain" }, body: ADA };
		expect(await failure(begin(config, "mallory.own.test"))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "discovery",
		});
	});
});

test("handleCallback links an account only in the session that began the flow", async () => {
	const provider = bluesky(config);
	const options = { loginHint: MALLORY, intent: "link", sessionId: "session-of-ada" } as const;
	const signIn = await provider.startSignIn(loginRequest(), options);
	const callback = () => comeBack(signIn, server.callback());
	for (const sessionId of ["session-of-eve", undefined])
		expect(await failure(provider.handleCallback(callback(), { sessionId }))).toMatchObject({
			code: "FLOW_MISMATCH",
			cookie: { value: "" },
		});
	expect(server.requests("/token")).toEqual([]);
	const { sessionId } = options;
	expect(await provider.handleCallback(callback(), { sessionId })).toMatchObject({
		intent: "link",
		providerUserId: MALLORY,
	});
});

describe("settings", () => {
	test.each<[string, Partial<BlueskyConfig>]>([
		["clientId", { clientId: "" }],
		["clientId", { clientId: "http://app.acme.dev/client-metadata.json" }],
		["clientId", { clientId: "https://app.acme.dev" }],
		["redirectUri", { redirectUri: "" }],
		["redirectUri", { redirectUri: "http://app.acme.dev/login/callback" }],
		["privateKeys", { privateKeys: undefined }],
		["privateKeys", { privateKeys: [] }],
		["privateKeys", { privateKeys: ["-----BEGIN PRIVATE KEY-----\nQUJD\n-----END PRIVATE KEY-----"] }],
		["privateKeys", { clientId: "http://localhost" }],
	])("startSignIn refuses a wrong %s: %j", async (name, wrong) => {
		const error = await failure(begin({ ...config, ...wrong }, MALLORY));
		expect(error).toMatchObject({ code: "INVALID_CONFIG", step: "config" });
		expect(error.message).toContain(`"${name}"`);
		expect(internet.requests).toEqual([]);
	});

	test.each<[string, Partial<BlueskyConfig>]>([
		["clientId", { clientId: "http://app.acme.dev/client-metadata.json" }],
		["redirectUri", { redirectUri: "" }],
		["privateKeys", { privateKeys: [] }],
	])("clientMetadata refuses a wrong %s", async (name, wrong) => {
		const error = await failure(bluesky({ ...config, ...wrong }).clientMetadata());
		expect(error).toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(`"${name}"`) });
	});

	test("missing settings are refused at the first use, and not before", async () => {
		const empty = bluesky({} as BlueskyConfig);
		expect(empty.id).toBe("bluesky");
		expect(await failure(empty.startSignIn(loginRequest()))).toMatchObject({ code: "INVALID_CONFIG" });
		expect(await failure(empty.clientMetadata())).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("endpoints replaces a known endpoint, and refuses an unknown one", async () => {
		const endpoints = { ...config.endpoints, entryway: "https://good.test" };
		expect((await begin({ ...config, endpoints })).url).toMatch(/^https:\/\/good\.test\//);
		const unknown = { ...config.endpoints, other: "https://good.test" };
		expect(await failure(begin({ ...config, endpoints: unknown }))).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("startSignIn sends prompt and params, and refuses params that protect the flow", async () => {
		const provider = bluesky(config);
		const options = { loginHint: MALLORY, prompt: "login", params: { ui_locales: "de" } };
		await provider.startSignIn(loginRequest(), options);
		expect(Object.fromEntries(server.pushed)).toMatchObject({ prompt: "login", ui_locales: "de" });
		for (const name of ["state", "redirect_uri", "code_challenge", "request_uri"])
			expect(
				await failure(provider.startSignIn(loginRequest(), { ...options, params: { [name]: "mine" } })),
			).toMatchObject({ code: "INVALID_CONFIG" });
	});
});

test("getAuthorizationUrl and validateCallback throw NOT_SUPPORTED", async () => {
	const provider = bluesky(config);
	expect(() => provider.getAuthorizationUrl()).toThrow(expect.objectContaining({ code: "NOT_SUPPORTED" }));
	expect(await failure(provider.validateCallback("code"))).toMatchObject({ code: "NOT_SUPPORTED" });
});

test("clientMetadata returns the protocol's document, without a private key", async () => {
	const description = { client_name: "An app", client_uri: "https://app.acme.dev" };
	const document = await bluesky({ ...config, description }).clientMetadata();
	expect(document).toEqual({
		...description,
		client_id: config.clientId,
		application_type: "web",
		redirect_uris: [config.redirectUri],
		response_types: ["code"],
		grant_types: ["authorization_code", "refresh_token"],
		scope: "atproto",
		dpop_bound_access_tokens: true,
		token_endpoint_auth_method: "private_key_jwt",
		token_endpoint_auth_signing_alg: "ES256",
		jwks: {
			keys: [
				{
					kty: "EC",
					crv: "P-256",
					x: expect.any(String),
					y: expect.any(String),
					kid: expect.any(String),
					alg: "ES256",
					key_ops: ["verify"],
				},
			],
		},
	});
});
