import { inspect } from "node:util";
import bluesky, { type BlueskyConfig } from "@oauth/bluesky";
import { OAuthError } from "@oauth/core";
import { serve } from "@oauth/test-kit/loopback";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { decodeJwt, decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Answer, Internet } from "./internet.ts";
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

/** The error that a promise ends in, in which nothing secret is found. */
async function failure(promise: Promise<unknown>): Promise<OAuthError> {
	const error = await promise.then(
		() => expect.unreachable("expected an error"),
		(reason: unknown) => reason,
	);
	if (!OAuthError.is(error)) throw error;
	expect(inspect(error, { depth: 9, showHidden: true })).not.toContain("of-the-person");
	return error;
}

const begin = (settings: BlueskyConfig, loginHint?: string) =>
	bluesky(settings).startSignIn(loginRequest(), { loginHint });

test("a good server's sign-in is one", async () => {
	const { providerUserId, profile } = await world.signIn();
	expect(providerUserId).toBe(MALLORY);
	expect(profile.username).toBe("mallory.own.test");
});

describe("an account", () => {
	test("of another server can't be claimed", async () => {
		server.sub = ADA;
		expect(await failure(world.signIn())).toMatchObject({
			code: "ISSUER_MISMATCH",
			step: "token",
			message: expect.stringContaining("the account is at another server than this one"),
		});
	});

	test.each(["did:plc:gone4gone4gone4gone4gone4", "did:web:nowhere.test", "mallory", "", "did:plc:short"])(
		"that there is not can't be claimed: %j",
		async (sub) => {
			server.sub = sub;
			expect(await failure(world.signIn())).toMatchObject({ code: "FAILED_REQUEST", step: "token" });
		},
	);

	test("whose handle doesn't lead back has none", async () => {
		world.profile = { body: { did: MALLORY, handle: "handle.invalid", displayName: "Mallory" } };
		expect((await world.signIn()).profile).toEqual({
			id: MALLORY,
			name: "Mallory",
			url: `https://bsky.app/profile/${MALLORY}`,
		});
	});

	test("without a public profile is known by its id", async () => {
		world.profile = { status: 400, body: { error: "InvalidRequest", message: "Profile not found" } };
		expect((await world.signIn()).providerUser).toEqual({ did: MALLORY });
	});

	test.each<[string, Answer | (() => Answer | Promise<Answer>), string]>([
		["401", { status: 401 }, "status 401"],
		["403", { status: 403 }, "status 403"],
		["429", { status: 429, headers: { "retry-after": "30" } }, "status 429"],
		["500", { status: 500 }, "status 500"],
		["HTML", { body: "<html>" }, "the response is not JSON"],
		["a redirect", { status: 302, headers: { location: "https://good.test/" } }, "status 302"],
		["nothing in time", () => new Promise<Answer>(() => {}), "no response within 0.3 s"],
	])(
		"whose public profile is %s is known by its id, and the session says why",
		async (_, profile, reason) => {
			world.profile = profile;
			const { failedRequests, providerUserId, providerUser } = await world.signIn({ timeout: 300 });
			expect(providerUserId).toBe(MALLORY);
			expect(providerUser).toEqual({ did: MALLORY });
			expect(failedRequests).toMatchObject([
				{ code: "FAILED_REQUEST", step: "user", message: expect.stringContaining(reason) },
			]);
		},
	);

	test.each([null, [], "text", { did: ADA }, { handle: 1, displayName: {}, avatar: [] }])(
		"is the one that was signed in with, whatever the public profile says: %j",
		async (body) => {
			world.profile = { body: JSON.stringify(body) };
			expect((await world.signIn()).providerUserId).toBe(MALLORY);
		},
	);
});

describe("the person's server", () => {
	test("sees proofs of one key, with its nonce, and the app's own signature", async () => {
		await world.signIn();
		const requests = [...server.requests("/par"), ...server.requests("/token")];
		// Each first try is without the nonce that only the answer gives.
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

	test("is asked for sign-in alone, with PKCE", async () => {
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

	test("never has its tokens sent to the public API", async () => {
		await world.signIn();
		const asked = internet.requests.filter(({ url }) => url.host === "appview.test");
		expect(asked).toHaveLength(1);
		expect(asked[0]?.headers.authorization).toBeUndefined();
		expect(asked[0]?.url.search).toBe(`?actor=${encodeURIComponent(MALLORY)}`);
	});

	test.each<[string, Answer, reason: string]>([
		[
			"an error",
			{ status: 500, body: { error: "server_error", error_description: "no" } },
			"status 500, the provider says server_error: no",
		],
		["no JSON", { body: "<html>" }, "the response is not JSON"],
		["nothing", { body: {} }, 'the response is wrong at "access_token"'],
		["a list", { body: [] }, "Expected object, received array"],
		["a redirect", { status: 302, headers: { location: "https://good.test/token" } }, "redirect"],
		["more than a mebibyte", { body: { access_token: "x".repeat(2 ** 20) } }, "too large"],
		[
			"a token without its key",
			{
				headers: { "dpop-nonce": "a-nonce" },
				body: {
					access_token: "access-token-of-the-person",
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
					access_token: "access-token-of-the-person",
					token_type: "DPoP",
					scope: "transition:generic",
					sub: MALLORY,
				},
			},
			'the response is wrong at "scope"',
		],
	])("that answers the code with %s is no sign-in", async (_, answer, reason) => {
		server.answers["/token"] = answer;
		expect(await failure(world.signIn())).toMatchObject({
			code: "FAILED_REQUEST",
			step: "token",
			message: expect.stringContaining(reason),
		});
		expect(server.requests("/token")).toHaveLength(1);
	});

	test("that repeats what it was told in confidence doesn't get it into the error", async () => {
		let confidential = new URLSearchParams();
		server.answers["/token"] = ({ body }) => {
			confidential = new URLSearchParams(body);
			const told = [confidential.get("code"), confidential.get("code_verifier")].join();
			return { status: 400, body: { error: "invalid_grant", error_description: told } };
		};
		const error = await failure(world.signIn());
		expect(error).toMatchObject({ code: "FAILED_REQUEST", providerError: "invalid_grant" });
		expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(confidential.get("code_verifier"));
	});

	test("that hangs is given up", async () => {
		server.answers["/token"] = () => new Promise<Answer>(() => {});
		expect(await failure(world.signIn({ timeout: 200 }))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "token",
			message: expect.stringContaining("no response within 0.2 s. Try again later."),
		});
	});

	test("that refuses the request says so in its own code", async () => {
		server.answers["/par"] = { status: 400, body: { error: "invalid_client_metadata" } };
		expect(await failure(world.signIn())).toMatchObject({
			code: "FAILED_REQUEST",
			step: "authorization",
			status: 400,
			providerError: "invalid_client_metadata",
		});
	});

	test.each<[string, string, Answer]>([
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
	])("that %s is none", async (_, path, answer) => {
		server.answers[path] = answer;
		expect(await failure(world.signIn())).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
	});

	test("can't lead the app into its own network", async () => {
		const inside = await serve();
		const { fetch: _, ...guarded } = config;
		const endpoints = { ...config.endpoints, plcDirectory: inside.url };
		const error = await failure(begin({ ...guarded, endpoints }, MALLORY));
		expect(error).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
		expect(inside.requests).toEqual([]);
	});
});

describe("a refresh", () => {
	const tokens = () => ({
		body: {
			access_token: "next-access-token-of-the-person",
			refresh_token: "next-refresh-token-of-the-person",
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

	test("that was sent is neither repeated nor given up: whoever asks again has its outcome", async () => {
		const { refreshToken, sent } = await signedIn();
		let respond: () => void = () => expect.unreachable("nothing was asked");
		server.answers["/token"] = () =>
			new Promise((resolve) => {
				respond = () => resolve(tokens());
			});
		const provider = bluesky({ ...config, timeout: 300 });
		const [first, second] = await Promise.all([
			failure(provider.refreshTokens(refreshToken)),
			failure(provider.refreshTokens(refreshToken)),
		]);
		for (const error of [first, second])
			expect(error).toMatchObject({
				code: "FAILED_REQUEST",
				step: "refresh",
				message: expect.stringContaining("no response within 0.3 s"),
			});
		await failure(provider.refreshTokens(refreshToken));
		respond();
		// Another object with the same settings, as in an app that makes one per request.
		const late = await bluesky({ ...config, timeout: 300 }).refreshTokens(refreshToken);
		expect(late.accessToken).toBe("next-access-token-of-the-person");
		expect(sent()).toBe(1);
	});

	test("is one for all keys of the app, and each has its own seal", async () => {
		const { refreshToken, sent } = await signedIn();
		server.answers["/token"] = tokens();
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
				server.answers["/token"] = {
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
	])("is over when %s: the user has to sign in again", async (_, end) => {
		const { refreshToken } = await signedIn();
		end();
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "INVALID_GRANT",
			step: "refresh",
			message: expect.stringContaining("Ask the user to sign in again."),
		});
	});

	test("is over when the server gave no refresh token", async () => {
		const { refresh_token: _, ...body } = tokens().body;
		server.answers["/token"] = { body };
		const { refreshToken, sent } = await signedIn();
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "INVALID_GRANT",
		});
		expect(sent()).toBe(0);
	});

	test.each<[Answer, object]>([
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
	])("that fails otherwise is an outage: %j", async (answer, expected) => {
		const { refreshToken } = await signedIn();
		server.answers["/token"] = answer;
		expect(await failure(bluesky(config).refreshTokens(refreshToken))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "refresh",
			...expected,
		});
	});
});

describe("a revocation", () => {
	test("of a token that is no longer valid is done", async () => {
		const { tokens } = await world.signIn();
		const metadata = { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` };
		server.answers["/.well-known/oauth-authorization-server"] = { body: metadata };
		server.answers["/revoke"] = { status: 400, body: { error: "invalid_token" } };
		await bluesky(config).revokeToken(`${tokens.refreshToken}`);
		expect(server.requests("/revoke")).toHaveLength(1);
	});

	test("is refused where the server has none", async () => {
		const { tokens } = await world.signIn();
		const revoking = bluesky(config).revokeToken(`${tokens.refreshToken}`);
		expect(await failure(revoking)).toMatchObject({ code: "NOT_SUPPORTED", step: "revocation" });
	});

	test("that the server refuses is no success", async () => {
		const { tokens } = await world.signIn();
		const metadata = { ...metadataOf(server.origin), revocation_endpoint: `${server.origin}/revoke` };
		server.answers["/.well-known/oauth-authorization-server"] = { body: metadata };
		server.answers["/revoke"] = { status: 500, body: { error: "server_error" } };
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

	test("is asked for when the app says so, and by default not", async () => {
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

	test("of another account is not believed", async () => {
		server.answers[GET_SESSION] = {
			body: { did: ADA, email: "ada@example.com", emailConfirmed: true },
		};
		const { failedRequests, profile, providerUserId } = await world.signIn(withEmail);
		expect(providerUserId).toBe(MALLORY);
		expect(profile).not.toHaveProperty("email");
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user" }]);
	});

	test("is nobody's proof, whatever the server says", async () => {
		server.answers[GET_SESSION] = {
			body: { did: MALLORY, email: "ada@example.com", emailConfirmed: true },
		};
		const { failedRequests, profile, providerUser } = await world.signIn(withEmail);
		expect(failedRequests).toEqual([]);
		expect(providerUser.emailConfirmed).toBe(true);
		expect(profile).not.toHaveProperty("emailVerified");
		const [asked] = server.requests(GET_SESSION);
		expect(asked?.headers.authorization).toBe("DPoP access-token-of-the-person");
		expect(decodeJwt(`${asked?.headers.dpop}`)).toHaveProperty("ath");
	});

	test.each<[string, Answer | (() => Promise<Answer>), object]>([
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
			() => new Promise<Answer>(() => {}),
			{ message: expect.stringContaining("within 0.3 s") },
		],
	])("that can't be had is for later, and the sign-in is one: %s", async (_, answer, expected) => {
		server.answers[GET_SESSION] = answer;
		const { failedRequests, profile, providerUserId } = await world.signIn({ ...withEmail, timeout: 300 });
		expect(providerUserId).toBe(MALLORY);
		expect(profile).toMatchObject({ username: "mallory.own.test" });
		expect(profile).not.toHaveProperty("email");
		expect(failedRequests).toMatchObject([{ code: "FAILED_REQUEST", step: "user", ...expected }]);
	});
});

describe("a handle", () => {
	test.each([
		"nobody.own.test",
		"not a handle",
		"..",
		"did:plc:unknown",
		"did:key:z6Mk",
		"https://",
		"http://own.test",
		"a".repeat(5000),
	])("that leads to no account is no sign-in: %j", async (hint) => {
		expect(await failure(begin(config, hint))).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
	});

	test("that its account doesn't name is no sign-in", async () => {
		server.answers["/.well-known/atproto-did"] = { headers: { "content-type": "text/plain" }, body: ADA };
		expect(await failure(begin(config, "mallory.own.test"))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "discovery",
		});
	});
});

test("a link belongs to the session that began it", async () => {
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
	])("%s can't be wrong: %j", async (name, wrong) => {
		const error = await failure(begin({ ...config, ...wrong }, MALLORY));
		expect(error).toMatchObject({ code: "INVALID_CONFIG", step: "config" });
		expect(error.message).toContain(`"${name}"`);
		expect(internet.requests).toEqual([]);
	});

	test.each<[string, Partial<BlueskyConfig>]>([
		["clientId", { clientId: "http://app.acme.dev/client-metadata.json" }],
		["redirectUri", { redirectUri: "" }],
		["privateKeys", { privateKeys: [] }],
	])("%s can't be wrong in the document", async (name, wrong) => {
		const error = await failure(bluesky({ ...config, ...wrong }).clientMetadata());
		expect(error).toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(`"${name}"`) });
	});

	test("that are missing show at the first use, and not before", async () => {
		const empty = bluesky({} as BlueskyConfig);
		expect(empty.id).toBe("bluesky");
		expect(await failure(empty.startSignIn(loginRequest()))).toMatchObject({ code: "INVALID_CONFIG" });
		expect(await failure(empty.clientMetadata())).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("send any endpoint elsewhere, and no unknown one", async () => {
		const endpoints = { ...config.endpoints, entryway: "https://good.test" };
		expect((await begin({ ...config, endpoints })).url).toMatch(/^https:\/\/good\.test\//);
		const unknown = { ...config.endpoints, other: "https://good.test" };
		expect(await failure(begin({ ...config, endpoints: unknown }))).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("of one sign-in reach the server, and none that protects it", async () => {
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

test("there is no sign-in without the protected flow", async () => {
	const provider = bluesky(config);
	expect(() => provider.getAuthorizationUrl()).toThrow(expect.objectContaining({ code: "NOT_SUPPORTED" }));
	expect(await failure(provider.validateCallback("code"))).toMatchObject({ code: "NOT_SUPPORTED" });
});

test("the document is the protocol's, and shows no private key", async () => {
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
