import { inspect } from "node:util";
import bluesky, { type BlueskyConfig, type BlueskyProvider } from "@oauth/bluesky";
import { type Account, OAuthError, type UserStore } from "@oauth/core";
import { flowCookie, loginRequest, readFlow, withFlow } from "@oauth/test-kit/sign-in";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Internet } from "./internet.ts";
import { type Pds, startPds, startPlcDirectory } from "./pds.ts";
import { PdsUser } from "./pds-user.ts";
import { configOn, newPrivateKey } from "./setup.ts";
import { comeBack } from "./world.ts";

// Against the AT Protocol's reference server, in this process.
const internet = new Internet();
const config = configOn(internet);
const realFetch = globalThis.fetch;
/** Returns Ada in a new browser each time. */
const ada = () => new PdsUser(internet, "ada.pds.test");
/** The documents that apps publish, by their URLs. */
const documents = new Map([[config.clientId, () => bluesky(config).clientMetadata()]]);
let pds: Pds;
let did: string;

beforeAll(async () => {
	// The server fetches the app's document with it.
	globalThis.fetch = internet.fetch;
	pds = await startPds(internet, "pds.test", await startPlcDirectory(internet));
	did = await pds.createAccount("ada.pds.test", "ada@example.com");
	await internet.site("app.acme.dev", async ({ url }) => ({ body: await documents.get(url.href)?.() }));
	await internet.site("appview.test", ({ url }) => ({
		body: {
			did: url.searchParams.get("actor"),
			handle: "ada.pds.test",
			displayName: "Ada Lovelace",
			avatar: "https://cdn.bsky.app/img/avatar/plain/ada@jpeg",
			createdAt: "2024-01-10T10:00:00.000Z",
			labels: [],
		},
	}));
});

afterAll(async () => {
	await pds?.stop();
	internet.close();
	globalThis.fetch = realFetch;
});

beforeEach(() => {
	internet.requests.length = 0;
});

/** Signs in, in one browser. */
async function signIn<User, Attributes>(
	provider: BlueskyProvider<User, Attributes>,
	options: { loginHint?: string; scope?: string[] } = { loginHint: "ada.pds.test" },
) {
	const flow = await provider.startSignIn(loginRequest(), options);
	return provider.handleCallback(comeBack(flow, await ada().agree(flow.url)));
}

const begin = (loginHint = did) => bluesky(config).startSignIn(loginRequest(), { loginHint });

async function failure(promise: Promise<unknown>): Promise<OAuthError> {
	const error = await promise.then(
		() => expect.unreachable("expected an error"),
		(reason: unknown) => reason,
	);
	if (!OAuthError.is(error)) throw error;
	return error;
}

describe("sign-in", () => {
	test("handleCallback returns the account and its public profile", async () => {
		const session = await signIn(bluesky(config));
		expect(session.providerUserId).toBe(did);
		expect(session.profile).toEqual({
			id: did,
			username: "ada.pds.test",
			name: "Ada Lovelace",
			picture: "https://cdn.bsky.app/img/avatar/plain/ada@jpeg",
			url: `https://bsky.app/profile/${did}`,
		});
		expect(session.tokens).toMatchObject({ tokenType: "DPoP", scope: ["atproto"], raw: { sub: did } });
		expect(session.tokens.expiresAt?.getTime()).toBeGreaterThan(Date.now());
	});

	test("the authorization URL contains only the client id and the request URI", async () => {
		const flow = await begin("ada.pds.test");
		const { origin, pathname, searchParams } = new URL(flow.url);
		expect(origin + pathname).toBe("https://pds.test/oauth/authorize");
		expect(Object.fromEntries(searchParams)).toEqual({
			client_id: config.clientId,
			request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:/),
		});
		expect(flowCookie(flow)).toMatchObject({
			name: expect.stringMatching(/^__Host-oauth\.bluesky\./),
			attributes: { httpOnly: true, secure: true, sameSite: "lax" },
		});
	});

	test.each([
		["as users write a handle", "  @Ada.PDS.test\u200b "],
		["that is the account's DID", () => did],
		["that is the server's URL", "https://pds.test"],
		["that is missing, at the default server", undefined],
	])("a user signs in with a login hint %s", async (_, hint) => {
		const loginHint = typeof hint === "function" ? hint() : hint;
		expect(await signIn(bluesky(config), { loginHint })).toMatchObject({ providerUserId: did });
	});

	test("a handle is looked up by its domain's TXT record", async () => {
		const asked: string[] = [];
		const resolveTxt = async (hostname: string) => {
			asked.push(hostname);
			return ["v=spf1 -all", `did=${did}`];
		};
		expect(await signIn(bluesky({ ...config, resolveTxt }))).toMatchObject({ providerUserId: did });
		expect(new Set(asked)).toEqual(new Set(["_atproto.ada.pds.test"]));
		expect(internet.requests.filter(({ url }) => url.pathname === "/.well-known/atproto-did")).toEqual([]);
	});

	test("a second sign-in finds the user that the first created", async () => {
		const accounts: Account[] = [];
		const store: UserStore<Account, object> = {
			getUser: async (account) => accounts.find((known) => inspect(known) === inspect(account)) ?? null,
			createUser: async (account) => accounts[accounts.push(account) - 1] as Account,
			linkAccount: async () => {},
		};
		const first = await signIn(bluesky(store, config));
		expect(first.existingUser).toBeNull();
		const user = await first.createUser({});
		expect(user).toEqual({ providerId: "bluesky", providerUserId: did });
		expect((await signIn(bluesky(store, config))).existingUser).toBe(user);
	});

	test("handleCallback refuses another account than the login hint named", async () => {
		const flow = await begin("ada.pds.test");
		await pds.createAccount("bob.pds.test", "bob@example.com");
		const callback = await new PdsUser(internet, "bob.pds.test").agree(flow.url);
		const error = await failure(bluesky(config).handleCallback(comeBack(flow, callback)));
		expect(error).toMatchObject({
			code: "FLOW_MISMATCH",
			message: expect.stringContaining("another account"),
		});
	});

	test("concurrent sign-ins of the same user do not end each other's sessions", async () => {
		const sessions = await Promise.all([signIn(bluesky(config)), signIn(bluesky(config))]);
		for (const { tokens } of sessions)
			expect(await bluesky(config).refreshTokens(`${tokens.refreshToken}`)).toMatchObject({
				raw: { sub: did },
			});
	});

	test("handleCallback fails with ACCESS_DENIED if the user refuses", async () => {
		const flow = await begin();
		const request = comeBack(flow, await ada().refuse(flow.url));
		expect(await failure(bluesky(config).handleCallback(request))).toMatchObject({ code: "ACCESS_DENIED" });
	});

	test("handleCallback fails for a code that comes a second time", async () => {
		const flow = await begin();
		const callback = await ada().agree(flow.url);
		await bluesky(config).handleCallback(comeBack(flow, callback));
		const error = await failure(bluesky(config).handleCallback(comeBack(flow, callback)));
		expect(error).toMatchObject({ code: "FAILED_REQUEST", step: "token", providerError: "invalid_grant" });
		expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(callback.searchParams.get("code"));
	});
});

describe("the flow's cookie", () => {
	async function agreed() {
		const signIn = await begin();
		const callback = await ada().agree(signIn.url);
		const finish = (changes: Record<string, unknown>, iss?: string | null) => {
			if (iss === null) callback.searchParams.delete("iss");
			if (iss) callback.searchParams.set("iss", iss);
			return bluesky(config).handleCallback(comeBack(withFlow(signIn, changes), callback));
		};
		return { codeVerifier: `${readFlow(signIn).codeVerifier}`, finish };
	}

	test("the flow's cookie shows neither the key that the tokens are bound to nor the code verifier", async () => {
		const { codeVerifier } = await agreed();
		expect(codeVerifier).toMatch(/^[\w-]+\.\.[\w-]+\.[\w-]+\.[\w-]+$/);
		expect(Object.keys(JSON.parse(atob(`${codeVerifier.split(".")[0]}`)))).toEqual(["alg", "enc", "kid"]);
	});

	test("handleCallback refuses a flow's cookie whose sealed part was changed", async () => {
		const { codeVerifier: sealed, finish } = await agreed();
		const [head, ...rest] = sealed.split(".");
		const changed = [head, ...rest.map((part) => part.replace(/^./, (c) => (c === "A" ? "B" : "A")))];
		const stranger = btoa(JSON.stringify({ alg: "dir", enc: "A256GCM", kid: "another" })).replace(/=+$/, "");
		for (const codeVerifier of [changed.join("."), [stranger, ...rest].join("."), "not sealed at all"])
			expect(await failure(finish({ codeVerifier }))).toMatchObject({ code: "FLOW_MISMATCH" });
	});

	test("the issuer in the flow's cookie has to match the one in the callback and the sealed one", async () => {
		const { finish } = await agreed();
		const code = "ISSUER_MISMATCH";
		expect(await failure(finish({}, "https://evil.test"))).toMatchObject({ code });
		// A flow without its issuer is refused before the code is redeemed.
		expect(await failure(finish({ issuer: undefined }, "https://pds.test"))).toMatchObject({
			code,
			step: "callback",
		});
		// So is a cookie that somebody else has written.
		expect(await failure(finish({ issuer: "https://evil.test" }))).toMatchObject({ code });
		expect(await failure(finish({}, null))).toMatchObject({ code });
	});
});

describe("the e-mail address", () => {
	const clientId = "https://app.acme.dev/with-email.json";
	const withEmail: BlueskyConfig = { ...config, clientId, email: true };

	test("the e-mail address comes with its scope, and without emailVerified", async () => {
		documents.set(clientId, () => bluesky(withEmail).clientMetadata());
		const { providerUser, profile } = await signIn(bluesky(withEmail));
		expect(providerUser).toMatchObject({ email: "ada@example.com", emailConfirmed: false });
		expect(profile.email).toBe("ada@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("the e-mail address is not asked for by default", async () => {
		const { providerUser } = await signIn(bluesky(config));
		expect(providerUser).not.toHaveProperty("email");
	});

	test("startSignIn fails for the scope of the e-mail address if the document does not name it", async () => {
		const options = { loginHint: did, scope: ["transition:email"] };
		const error = await failure(bluesky(config).startSignIn(loginRequest(), options));
		expect(error).toMatchObject({
			code: "FAILED_REQUEST",
			step: "authorization",
			providerError: "invalid_scope",
		});
	});
});

describe("after sign-in", () => {
	test("refreshTokens sends one request for concurrent calls, and the old token is used up", async () => {
		const provider = bluesky(config);
		const old = `${(await signIn(provider)).tokens.refreshToken}`;
		const [one, two] = await Promise.all([provider.refreshTokens(old), provider.refreshTokens(old)]);
		expect(one.raw).toEqual(two.raw);
		expect(one).toMatchObject({ tokenType: "DPoP", raw: { sub: did } });
		expect(one.refreshToken).not.toBe(old);
		expect(await failure(provider.refreshTokens(old))).toMatchObject({
			code: "INVALID_GRANT",
			step: "refresh",
			providerError: "invalid_grant",
		});
	});

	test("revokeToken ends the session at the server", async () => {
		const provider = bluesky(config);
		const refreshToken = `${(await signIn(provider)).tokens.refreshToken}`;
		await provider.revokeToken(refreshToken);
		expect(await failure(provider.refreshTokens(refreshToken))).toMatchObject({ code: "INVALID_GRANT" });
	});

	test("openSession sends a request on the user's behalf, and the tokens stay as they are", async () => {
		const provider = bluesky(config);
		const refreshToken = `${(await signIn(provider)).tokens.refreshToken}`;
		const session = await provider.openSession(refreshToken);
		const response = await session.fetchHandler("/xrpc/com.atproto.server.getSession");
		expect(await response.json()).toMatchObject({ did, handle: "ada.pds.test" });
		expect(await provider.refreshTokens(refreshToken)).toMatchObject({ raw: { sub: did } });
	});

	test("text that is not a refresh token of this app is refused", async () => {
		const provider = bluesky(config);
		for (const token of ["ref-0a1b2c", ""]) {
			expect(await failure(provider.refreshTokens(token))).toMatchObject({ code: "INVALID_GRANT" });
			expect(await failure(provider.openSession(token))).toMatchObject({ code: "INVALID_GRANT" });
			expect(await failure(provider.revokeToken(token))).toMatchObject({ code: "FAILED_REQUEST" });
		}
	});
});

describe("privateKeys", () => {
	test("a new first key does not end the flows and sessions of the old one", async () => {
		const [oldKey = ""] = config.privateKeys;
		const newKey = await newPrivateKey();
		const flow = await begin();
		const callback = await ada().agree(flow.url);

		const rotated = bluesky({ ...config, privateKeys: [newKey, oldKey] });
		const { tokens } = await rotated.handleCallback(comeBack(flow, callback));
		const refreshed = await rotated.refreshTokens(`${tokens.refreshToken}`);
		expect(refreshed).toMatchObject({ raw: { sub: did } });

		// The sessions of the old key end when it is removed.
		const withoutOld = bluesky({ ...config, privateKeys: [newKey] });
		expect(await failure(withoutOld.refreshTokens(`${refreshed.refreshToken}`))).toMatchObject({
			code: "INVALID_GRANT",
		});
	});

	test("a new key has to be in the document before it signs, because servers keep the document for a while", async () => {
		const clientId = "https://app.acme.dev/rotated.json";
		const [oldKey = ""] = config.privateKeys;
		const newKey = await newPrivateKey();
		const published = { ...config, clientId, privateKeys: [oldKey, newKey] };
		documents.set(clientId, () => bluesky(published).clientMetadata());
		const { tokens } = await signIn(bluesky(published));

		const rotated = bluesky({ ...published, privateKeys: [newKey, oldKey] });
		expect(await signIn(rotated)).toMatchObject({ providerUserId: did });
		expect(await rotated.refreshTokens(`${tokens.refreshToken}`)).toMatchObject({ raw: { sub: did } });

		const tooEarly = bluesky({ ...published, privateKeys: [await newPrivateKey(), newKey, oldKey] });
		expect(await failure(tooEarly.startSignIn(loginRequest(), { loginHint: did }))).toMatchObject({
			providerError: "invalid_client",
		});
	});

	test("no key is needed on the developer's machine", async () => {
		const development = bluesky({
			...config,
			clientId: "http://localhost",
			redirectUri: "http://127.0.0.1:3000/login/callback",
			privateKeys: undefined,
		});
		const flow = await development.startSignIn(loginRequest(), { loginHint: did });
		expect(new URL(flow.url).searchParams.get("client_id")).toMatch(/^http:\/\/localhost\?redirect_uri=/);
		const request = comeBack(flow, await ada().agree(flow.url));
		expect(await development.handleCallback(request)).toMatchObject({ providerUserId: did });
	});
});
