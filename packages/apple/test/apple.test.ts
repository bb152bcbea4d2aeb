import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { type AppleConfig, apple } from "@oauth/apple";
import { createEmulator } from "emulate";
import { decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { createIssuer, createKey, type Issuer } from "../../repo/src/issuer.ts";
import { expectNoSecrets, failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";

const SIGNING_KEY = generateKeyPairSync("ec", { namedCurve: "P-256" });

const CLIENT = {
	clientId: "com.example.web",
	redirectUri: "https://example.com/login/apple/callback",
	teamId: "A1B2C3D4E5",
	keyId: "F6G7H8I9J0",
	privateKey: pemOf(SIGNING_KEY.privateKey),
};

/** @see https://developer.apple.com/documentation/signinwithapplejs/authorizationi/id_token */
const CLAIMS = {
	iss: "https://appleid.apple.com",
	sub: "001234.0123456789abcdef0123456789abcdef.1234",
	email: "ada@example.com",
	email_verified: true,
	is_private_email: false,
	nonce_supported: true,
	name: undefined,
};

const USER = { name: { firstName: "Ada", lastName: "Example" }, email: "from-the-browser@example.com" };

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
	issuer.on("/token", TOKEN);
});
afterEach(() => {
	vi.useRealTimers();
});

const TOKEN = { access_token: "a1b2.0.access", token_type: "Bearer", expires_in: 3600 };

function pemOf(key: KeyObject): string {
	return String(key.export({ type: "pkcs8", format: "pem" }));
}

/** Apple, whose keys and token endpoint are the test's own. Its issuer stays Apple. */
function provider(config: Partial<AppleConfig> = {}) {
	const endpoints = {
		token: `${issuer.url}/token`,
		jwks: `${issuer.url}/jwks`,
		revocation: `${issuer.url}/revoke`,
	};
	return apple({ ...CLIENT, endpoints, ...config });
}

/** The request with which the browser comes back: a POST from Apple's page. */
function postedRequest(
	flow: { url: string; cookie: string; state: string },
	params: Record<string, string> = {},
): Request {
	return new Request(CLIENT.redirectUri, {
		method: "POST",
		headers: { cookie: cookiePair(flow.cookie) },
		body: new URLSearchParams({ code: "c-of-ada.0.mtxs", state: flow.state, ...params }),
	});
}

async function signIn(claims: Record<string, unknown> = {}, params?: Record<string, string>) {
	const flow = await provider().startSignIn();
	const nonce = new URL(flow.url).searchParams.get("nonce");
	const idToken = await issuer.sign(issuer.claims({ ...CLAIMS, nonce, ...claims }));
	issuer.on("/token", { ...TOKEN, refresh_token: "a1b2.0.refresh", id_token: idToken });
	return provider().handleCallback(postedRequest(flow, params));
}

/** The client secret that the token endpoint gets from a provider. */
async function secretOf(config: Partial<AppleConfig> = {}): Promise<string> {
	await provider(config).refreshTokens("a1b2.0.refresh");
	return issuer.requests.at(-1)?.form.client_secret ?? "";
}

describe("the authorization request", () => {
	test("is Apple's, and asks for a POST", async () => {
		const { url, cookie } = await apple(CLIENT).startSignIn();
		expect(url).toMatch(/^https:\/\/appleid\.apple\.com\/auth\/authorize\?/);
		expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
			response_type: "code",
			response_mode: "form_post",
			client_id: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			scope: "name email",
			state: expect.any(String),
			nonce: expect.any(String),
		});
		expect(cookie).toMatch(/^__Host-oauth\.apple\./);
		expect(cookie).toContain("; SameSite=None; Secure");
	});
});

describe("the client secret", () => {
	/** In seconds; Apple's limit is "not more than six months". */
	const LONGEST = 15_777_000;

	async function claimsOf(secret: string): Promise<JWTPayload> {
		return (await jwtVerify(secret, SIGNING_KEY.publicKey, { algorithms: ["ES256"] })).payload;
	}

	test("is signed with the key, as Apple documents it", async () => {
		const secret = await secretOf();
		expect(decodeProtectedHeader(secret)).toEqual({ alg: "ES256", kid: CLIENT.keyId });
		const { iat = 0, exp = 0, ...claims } = await claimsOf(secret);
		expect(claims).toEqual({ iss: CLIENT.teamId, sub: CLIENT.clientId, aud: "https://appleid.apple.com" });
		expect(Math.abs(iat - Date.now() / 1000)).toBeLessThan(60);
		expect(exp).toBeGreaterThan(iat);
		expect(exp - iat).toBeLessThanOrEqual(LONGEST);
	});

	test("goes with a refresh, a code and a revocation", async () => {
		const secret = await secretOf();
		issuer.on("/revoke", {});
		await provider().revokeToken("a1b2.0.refresh");
		await signIn();
		const sent = issuer.requests.filter(({ method }) => method === "POST");
		expect(sent.map(({ path, form }) => [path, form.client_id, form.client_secret])).toEqual(
			["/token", "/revoke", "/token"].map((path) => [path, CLIENT.clientId, secret]),
		);
	});

	test("is kept until shortly before it expires", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		const secret = await secretOf();
		const { exp = 0 } = await claimsOf(secret);
		vi.setSystemTime((exp - 600) * 1000);
		expect(await secretOf()).toBe(secret);
		vi.setSystemTime((exp - 60) * 1000);
		const next = await secretOf();
		expect(next).not.toBe(secret);
		expect((await claimsOf(next)).exp).toBeGreaterThan(exp);
	});

	test("is nobody else's", async () => {
		const secret = await secretOf();
		const other = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const configs = [
			{ clientId: "com.example.other" },
			{ teamId: "Z1Y2X3W4V5" },
			{ keyId: "U6T7S8R9Q0" },
			{ privateKey: pemOf(other.privateKey) },
		];
		for (const config of configs) expect(await secretOf(config)).not.toBe(secret);
		expect(await claimsOf(await secretOf({ teamId: "Z1Y2X3W4V5" }))).toMatchObject({ iss: "Z1Y2X3W4V5" });
	});

	test("for another issuer is worth nothing at Apple", async () => {
		const secret = await secretOf();
		issuer.on("/.well-known/openid-configuration", {
			issuer: issuer.url,
			authorization_endpoint: `${issuer.url}/authorize`,
			token_endpoint: `${issuer.url}/token`,
			jwks_uri: `${issuer.url}/jwks`,
			token_endpoint_auth_methods_supported: ["client_secret_post"],
		});
		await apple({ ...CLIENT, issuer: issuer.url }).refreshTokens("a1b2.0.refresh");
		const other = issuer.requests.at(-1)?.form.client_secret ?? "";
		expect(other).not.toBe(secret);
		expect(await claimsOf(other)).toMatchObject({ aud: issuer.url });
	});
});

describe("the key", () => {
	test("can have its line ends spelled out, as in an environment variable", async () => {
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const spelledOut = `\n${pemOf(privateKey)}`.replaceAll("\n", "\\n");
		expect(await secretOf({ privateKey: spelledOut })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});

	test("can be what a file was read into", async () => {
		const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
		const file = Buffer.from(pemOf(privateKey)) as unknown as string;
		expect(await secretOf({ privateKey: file })).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/);
	});

	test.each(["teamId", "keyId", "privateKey"])("is nothing without %s", async (name) => {
		for (const value of [undefined, null, ""]) {
			const failure = await failureOf(apple({ ...CLIENT, [name]: value }).startSignIn(), "INVALID_CONFIG");
			expect(failure.message).toContain(name);
		}
	});

	const BODY = pemOf(SIGNING_KEY.privateKey).split("\n")[1] ?? "";

	test.each([
		["no PEM", BODY],
		["another PEM", pemOf(SIGNING_KEY.privateKey).replaceAll("PRIVATE", "EC PRIVATE")],
		["a path", `/keys/${BODY}.p8`],
		["a PEM behind something else", `Key: ${pemOf(SIGNING_KEY.privateKey)}`],
		["a PEM before something else", `${pemOf(SIGNING_KEY.privateKey)}${BODY}`],
		["no base64", pemOf(SIGNING_KEY.privateKey).replace("M", "-")],
		["a cut one", pemOf(SIGNING_KEY.privateKey).split("\n").slice(0, 2).join("\n")],
	])("that is %s is a wrong setting before anybody leaves", async (_, privateKey) => {
		const failure = await failureOf(provider({ privateKey }).startSignIn(), "INVALID_CONFIG");
		expect(failure.message).toContain("privateKey");
		expectNoSecrets(failure, [BODY]);
		expect(() => provider({ privateKey }).getAuthorizationUrl()).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG" }),
		);
	});

	test.each([
		["damaged", `-----BEGIN PRIVATE KEY-----\n${BODY}\n-----END PRIVATE KEY-----`],
		["no base64", `-----BEGIN PRIVATE KEY-----\n${BODY}=A=A\n-----END PRIVATE KEY-----`],
		["of another curve", pemOf(generateKeyPairSync("ec", { namedCurve: "P-384" }).privateKey)],
		["of another kind", pemOf(generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey)],
	])("that is %s is a wrong setting, and no request is sent", async (_, privateKey) => {
		const body = privateKey.split("\n")[1] ?? "";
		for (const use of [
			() => provider({ privateKey }).validateCallback("c-of-ada.0.mtxs"),
			() => provider({ privateKey }).refreshTokens("a1b2.0.refresh"),
			() => provider({ privateKey }).revokeToken("a1b2.0.refresh"),
		]) {
			const failure = await failureOf(use(), "INVALID_CONFIG");
			expect(failure).toMatchObject({ step: "config", message: expect.stringContaining("privateKey") });
			expectNoSecrets(failure, [body]);
		}
		expect(issuer.requests).toEqual([]);
	});

	test("is in no error of a request, and neither is the secret", async () => {
		let secret = "";
		issuer.on("/token", ({ form }, response) => {
			secret = form.client_secret ?? "";
			const error = { error: "invalid_client", error_description: `wrong: ${secret}` };
			response.writeHead(400).end(JSON.stringify(error));
		});
		const failure = await failureOf(provider().validateCallback("c-of-ada.0.mtxs"), "FAILED_REQUEST");
		expect(failure).toMatchObject({ status: 400, providerError: "invalid_client" });
		expectNoSecrets(failure, [secret, BODY]);
	});
});

describe("the callback", () => {
	test("has the name the first time", async () => {
		expect(await signIn({}, { user: JSON.stringify(USER) })).toMatchObject({
			providerUser: { ...CLAIMS, name: USER.name },
			profile: { name: "Ada Example", givenName: "Ada", familyName: "Example" },
		});
		const { profile, providerUser } = await signIn();
		expect(providerUser).not.toHaveProperty("name");
		expect(profile).toEqual({ id: CLAIMS.sub, email: "ada@example.com", emailVerified: true });
	});

	test.each([
		[
			{ firstName: "Ada", lastName: "" },
			{ name: "Ada", givenName: "Ada" },
		],
		[{ lastName: "Example" }, { name: "Example", familyName: "Example" }],
		[{ firstName: { toString: 1 }, lastName: ["Example"] }, {}],
		["Ada", {}],
	])("with the name %j", async (name, expected) => {
		const { profile } = await signIn({ email: undefined }, { user: JSON.stringify({ name }) });
		expect(profile).toEqual({ id: CLAIMS.sub, ...expected });
	});

	test.each(["", "{", "null", "[]", "7", '{"name":null}', '{"email":"eve@example.com"}'])(
		"with %j for a user signs in without a name",
		async (user) => {
			const { profile } = await signIn({}, { user });
			expect(profile).toEqual({ id: CLAIMS.sub, email: "ada@example.com", emailVerified: true });
		},
	);

	test("says nothing of who the person is", async () => {
		const forged = { sub: "eve", email: "eve@example.com", email_verified: true, is_private_email: false };
		const user = JSON.stringify({ ...forged, name: { firstName: "Eve", ...forged } });
		const { profile, providerUser } = await signIn({ email: undefined, email_verified: undefined }, { user });
		expect(profile).toEqual({ id: CLAIMS.sub, name: "Eve", givenName: "Eve" });
		expect(JSON.stringify(providerUser)).not.toContain("eve");
	});

	test("is a POST", async () => {
		const flow = await provider().startSignIn();
		await failureOf(provider().handleCallback(callbackRequest(flow)), "INVALID_CALLBACK");
	});

	test("after a cancelled sign-in says so", async () => {
		const flow = await provider().startSignIn();
		const body = new URLSearchParams({ error: "user_cancelled_authorize", state: flow.state });
		const headers = { cookie: cookiePair(flow.cookie) };
		const request = new Request(CLIENT.redirectUri, { method: "POST", headers, body });
		expect(await failureOf(provider().handleCallback(request), "ACCESS_DENIED")).toMatchObject({
			providerError: "user_cancelled_authorize",
		});
	});
});

describe("the ID token", () => {
	test.each([
		[true, true],
		["true", true],
		[false, false],
		["false", false],
		["", false],
		[1, false],
		[undefined, undefined],
	])("whose email_verified is %j", async (email_verified, expected) => {
		const { profile } = await signIn({ email_verified });
		expect(profile.email).toBe("ada@example.com");
		expect(profile.emailVerified).toBe(expected);
	});

	test("says whether the address is a relay's", async () => {
		const email = "k7x2m9qd4w@privaterelay.appleid.com";
		expect(await signIn({ email, is_private_email: "true" })).toMatchObject({
			providerUser: { is_private_email: "true" },
			profile: { email, emailVerified: true },
		});
	});

	test("is Apple's, and by Apple's algorithm", async () => {
		await failureOf(signIn({ iss: issuer.url }), "INVALID_ID_TOKEN");
		issuer.keys = [await createKey("elliptic", "ES256")];
		await failureOf(signIn(), "INVALID_ID_TOKEN");
	});

	test("of a native app is for its bundle id", async () => {
		const audience = "com.example.ios";
		const idToken = await issuer.sign(issuer.claims({ ...CLAIMS, aud: audience, nonce: "n" }));
		expect(await provider().validateIdToken(idToken, { nonce: "n", audience })).toMatchObject({
			providerUserId: CLAIMS.sub,
		});
		await failureOf(provider().validateIdToken(idToken, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test("is all that there is to ask", async () => {
		await signIn();
		expect(issuer.requests.map(({ path }) => path).sort()).toEqual(["/jwks", "/token"]);
	});
});

test("signs in with the emulated Apple, whose endpoints are discovered", async () => {
	const emulator = await createEmulator({
		service: "apple",
		port: 0,
		seed: {
			apple: {
				users: [{ email: "ada@example.com", name: 'Ada "A." Example', is_private_email: true }],
				oauth_clients: [
					{
						client_id: CLIENT.clientId,
						team_id: CLIENT.teamId,
						key_id: CLIENT.keyId,
						name: "Test",
						redirect_uris: [CLIENT.redirectUri],
					},
				],
			},
		},
	});
	onTestFinished(() => emulator.close());
	const provider = apple({ ...CLIENT, issuer: emulator.url });

	const browser = new Browser(emulator.url);
	const signIn = async () => {
		const flow = await provider.startSignIn();
		const { html = "" } = await browser.submit(await browser.open(flow.url), "ada@example.com");
		const headers = { cookie: cookiePair(flow.cookie) };
		const { action, fields } = formOf(html);
		const request = () => new Request(action, { method: "POST", headers, body: new URLSearchParams(fields) });
		return { session: await provider.handleCallback(request()), request };
	};

	const { session, request } = await signIn();
	// Whom another issuer vouches for is nobody at Apple.
	expect(session.profile.id).toMatch(new RegExp(`^\\w+\\.\\w+\\.\\w+@${emulator.url}$`));
	expect(session).toMatchObject({
		providerUser: { email_verified: "true", is_private_email: "true" },
		profile: {
			name: 'Ada "A." Example',
			givenName: "Ada",
			familyName: '"A." Example',
			email: expect.stringMatching(/@privaterelay\.appleid\.com$/),
			emailVerified: true,
		},
	});
	expect(await failureOf(provider.handleCallback(request()), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});

	// The name came once.
	const { session: second } = await signIn();
	expect(second.profile).toEqual({
		id: session.profile.id,
		email: session.profile.email,
		emailVerified: true,
	});

	const { refreshToken = "", accessToken } = second.tokens;
	expect(await provider.refreshTokens(refreshToken)).toMatchObject({
		refreshToken,
		accessToken: expect.not.stringMatching(accessToken),
	});
	await provider.revokeToken(refreshToken);
	expect(await failureOf(provider.refreshTokens(refreshToken), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});
});

/** The form that a page posts to another site, as a browser would send it. */
function formOf(html: string): { action: string; fields: Record<string, string> } {
	const decode = (text = "") =>
		text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
	const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
	return {
		action: decode(/<form method="POST" action="([^"]*)"/.exec(html)?.[1]),
		fields: Object.fromEntries([...inputs].map(([, name, value]) => [decode(name), decode(value)])),
	};
}
