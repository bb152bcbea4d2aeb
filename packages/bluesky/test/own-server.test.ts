import { inspect } from "node:util";
import bluesky, { type BlueskyConfig } from "@oauth/bluesky";
import { OAuthError } from "@oauth/core";
import { decodeJwt } from "jose";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { serve } from "../../repo/src/serve.ts";
import type { Answer, Internet } from "./internet.ts";
import { metadataOf, type OwnServer } from "./own-server.ts";
import { ADA, MALLORY, World } from "./world.ts";

/** Anybody can run a server: what such a one can do to an app. */
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

test("a good server's sign-in is one", async () => {
	const { providerUserId, profile } = await world.signIn();
	expect(providerUserId).toBe(MALLORY);
	expect(profile.username).toBe("mallory.own.test");
});

describe("an account", () => {
	test("of another server can't be claimed", async () => {
		server.sub = ADA;
		expect(await failure(world.signIn())).toMatchObject({ code: "ISSUER_MISMATCH", step: "token" });
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

	test("whose public profile can't be had is no sign-in", async () => {
		world.profile = { status: 500 };
		expect(await failure(world.signIn())).toMatchObject({
			code: "FAILED_REQUEST",
			step: "user",
			status: 500,
		});
	});

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

	test.each<[string, Answer]>([
		["an error", { status: 500, body: { error: "server_error", error_description: "no" } }],
		["no JSON", { body: "<html>" }],
		["nothing", { body: {} }],
		["a list", { body: [] }],
		["a redirect", { status: 302, headers: { location: "https://good.test/token" } }],
		["more than a mebibyte", { body: { access_token: "x".repeat(2 ** 20) } }],
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
		],
	])("that answers the code with %s is no sign-in", async (_, answer) => {
		server.answers["/token"] = answer;
		expect(await failure(world.signIn())).toMatchObject({ code: "FAILED_REQUEST", step: "token" });
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
		const error = await failure(bluesky({ ...guarded, endpoints }).startSignIn({ loginHint: MALLORY }));
		expect(error).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
		expect(inside.requests).toEqual([]);
	});
});

describe("a revocation", () => {
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
	const withEmail = { scope: ["account:email"] };

	test("of another account is not believed", async () => {
		server.answers["/xrpc/com.atproto.server.getSession"] = {
			body: { did: ADA, email: "ada@example.com", emailConfirmed: true },
		};
		expect(await failure(world.signIn(withEmail))).toMatchObject({ code: "FAILED_REQUEST", step: "user" });
	});

	test("is nobody's proof, whatever the server says", async () => {
		server.answers["/xrpc/com.atproto.server.getSession"] = {
			body: { did: MALLORY, email: "ada@example.com", emailConfirmed: true },
		};
		const { profile, providerUser } = await world.signIn(withEmail);
		expect(providerUser.emailConfirmed).toBe(true);
		expect(profile).not.toHaveProperty("emailVerified");
		const [asked] = server.requests("/xrpc/com.atproto.server.getSession");
		expect(asked?.headers.authorization).toBe("DPoP access-token-of-the-person");
		expect(decodeJwt(`${asked?.headers.dpop}`)).toHaveProperty("ath");
	});

	test.each<Answer>([{ status: 500 }, { status: 401 }, { body: "<html>" }, { body: "null" }, { body: [] }])(
		"that can't be had is no sign-in: %j",
		async (answer) => {
			server.answers["/xrpc/com.atproto.server.getSession"] = answer;
			expect(await failure(world.signIn(withEmail))).toMatchObject({ code: "FAILED_REQUEST", step: "user" });
		},
	);
});

describe("a handle", () => {
	const begin = (loginHint: string) => bluesky(config).startSignIn({ loginHint });

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
		expect(await failure(begin(hint))).toMatchObject({ code: "FAILED_REQUEST", step: "discovery" });
	});

	test("that its account doesn't name is no sign-in", async () => {
		server.answers["/.well-known/atproto-did"] = { headers: { "content-type": "text/plain" }, body: ADA };
		expect(await failure(begin("mallory.own.test"))).toMatchObject({
			code: "FAILED_REQUEST",
			step: "discovery",
		});
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
		const error = await failure(bluesky({ ...config, ...wrong }).startSignIn({ loginHint: MALLORY }));
		expect(error).toMatchObject({ code: "INVALID_CONFIG", step: "config" });
		expect(error.message).toContain(name);
		expect(internet.requests).toEqual([]);
	});

	test.each<[string, Partial<BlueskyConfig>]>([
		["clientId", { clientId: "http://app.acme.dev/client-metadata.json" }],
		["redirectUri", { redirectUri: "" }],
		["privateKeys", { privateKeys: [] }],
	])("%s can't be wrong in the document", async (name, wrong) => {
		const error = await failure(bluesky({ ...config, ...wrong }).clientMetadata());
		expect(error).toMatchObject({ code: "INVALID_CONFIG", message: expect.stringContaining(`(${name})`) });
	});

	test("that are missing show at the first use, and not before", async () => {
		const empty = bluesky({} as BlueskyConfig);
		expect(empty.id).toBe("bluesky");
		expect(await failure(empty.startSignIn())).toMatchObject({ code: "INVALID_CONFIG" });
		expect(await failure(empty.clientMetadata())).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("send any endpoint elsewhere, and no unknown one", async () => {
		const endpoints = { ...config.endpoints, entryway: "https://good.test" };
		expect((await bluesky({ ...config, endpoints }).startSignIn()).url).toMatch(/^https:\/\/good\.test\//);
		const unknown = bluesky({ ...config, endpoints: { ...config.endpoints, other: "https://good.test" } });
		expect(await failure(unknown.startSignIn())).toMatchObject({ code: "INVALID_CONFIG" });
	});

	test("of one sign-in reach the server, and none that protects it", async () => {
		const provider = bluesky(config);
		await provider.startSignIn({ loginHint: MALLORY, prompt: "login", params: { ui_locales: "de" } });
		expect(Object.fromEntries(server.pushed)).toMatchObject({ prompt: "login", ui_locales: "de" });
		for (const name of ["state", "redirect_uri", "code_challenge", "request_uri"])
			expect(
				await failure(provider.startSignIn({ loginHint: MALLORY, params: { [name]: "mine" } })),
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
