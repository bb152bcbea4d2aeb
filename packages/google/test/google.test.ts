import { type GoogleConfig, google } from "@oauth/google";
import { createEmulator } from "emulate";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { createIssuer, createKey, type Issuer } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";

const CLIENT = {
	clientId: "1234567890-abc.apps.googleusercontent.com",
	clientSecret: "GOCSPX-secret-of-the-app",
	redirectUri: "http://localhost:3000/login/google/callback",
};

/** @see https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload */
const CLAIMS = {
	iss: "https://accounts.google.com",
	azp: CLIENT.clientId,
	sub: "110169484474386276334",
	email: "ada@example.com",
	email_verified: true,
	name: "Ada Example",
	picture: "https://lh3.googleusercontent.com/a/ada=s96-c",
	given_name: "Ada",
	family_name: "Example",
	hd: "example.com",
};

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

/** Google, whose keys and token endpoint are the test's own. Its issuer stays Google. */
function provider(config: Partial<GoogleConfig> = {}) {
	return google({
		...CLIENT,
		endpoints: {
			token: `${issuer.url}/token`,
			jwks: `${issuer.url}/jwks`,
			revocation: `${issuer.url}/revoke`,
		},
		...config,
	});
}

async function signIn(
	claims: Record<string, unknown> = {},
	config: Partial<GoogleConfig> = {},
	iss?: string,
) {
	const flow = await provider(config).startSignIn();
	const nonce = new URL(flow.url).searchParams.get("nonce");
	issuer.on("/token", {
		access_token: "ya29.a0AfB",
		expires_in: 3599,
		scope: "openid https://www.googleapis.com/auth/userinfo.email",
		token_type: "Bearer",
		id_token: await issuer.sign(issuer.claims({ ...CLAIMS, nonce, ...claims })),
	});
	return provider(config).handleCallback(callbackRequest(flow, { iss: iss ?? CLAIMS.iss }));
}

describe("the authorization request", () => {
	test("is Google's", async () => {
		const { url } = await google({
			...CLIENT,
			hostedDomain: "example.com",
			accessType: "offline",
		}).startSignIn({
			loginHint: "ada@example.com",
			prompt: "consent",
			params: { include_granted_scopes: "true" },
		});
		expect(url).toMatch(/^https:\/\/accounts\.google\.com\/o\/oauth2\/v2\/auth\?/);
		expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
			response_type: "code",
			client_id: CLIENT.clientId,
			redirect_uri: CLIENT.redirectUri,
			scope: "openid email profile",
			state: expect.any(String),
			nonce: expect.any(String),
			code_challenge: expect.any(String),
			code_challenge_method: "S256",
			hd: "example.com",
			access_type: "offline",
			login_hint: "ada@example.com",
			prompt: "consent",
			include_granted_scopes: "true",
		});
	});

	test("needs no request to Google first", () => {
		expect(google(CLIENT).getAuthorizationUrl()).toMatch(/^https:\/\/accounts\.google\.com\//);
	});

	test("for another issuer never leads to Google", () => {
		expect(() => google({ ...CLIENT, issuer: "https://issuer.example" }).getAuthorizationUrl()).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG" }),
		);
	});
});

describe("a sign-in", () => {
	test("takes the person from the ID token, with one request", async () => {
		const session = await signIn();
		expect(session).toMatchObject({
			providerUser: CLAIMS,
			providerUserId: "110169484474386276334",
			profile: {
				id: "110169484474386276334",
				name: "Ada Example",
				givenName: "Ada",
				familyName: "Example",
				email: "ada@example.com",
				emailVerified: true,
				picture: "https://lh3.googleusercontent.com/a/ada=s96-c",
			},
			tokens: {
				scope: ["openid", "https://www.googleapis.com/auth/userinfo.email"],
				expiresAt: expect.any(Date),
			},
		});
		expect(issuer.requests.map(({ path }) => path).sort()).toEqual(["/jwks", "/token"]);
		expect(issuer.requests.find(({ path }) => path === "/token")?.form).toMatchObject({
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			redirect_uri: CLIENT.redirectUri,
		});
	});

	test("takes Google's older issuer in an ID token", async () => {
		expect(await signIn({ iss: "accounts.google.com" })).toMatchObject({ providerUserId: CLAIMS.sub });
	});

	test("takes no other issuer, and no other algorithm than Google's", async () => {
		await failureOf(signIn({ iss: issuer.url }), "INVALID_ID_TOKEN");
		issuer.keys = [await createKey("elliptic", "ES256")];
		issuer.on("/jwks", { keys: issuer.keys.map(({ publicJwk }) => publicJwk) });
		await failureOf(signIn(), "INVALID_ID_TOKEN");
	});

	test("demands iss in the callback", async () => {
		await failureOf(signIn({}, {}, ""), "ISSUER_MISMATCH");
		await failureOf(signIn({}, {}, "accounts.google.com"), "ISSUER_MISMATCH");
	});
});

describe("hostedDomain", () => {
	test.each([
		["example.com", "example.com", true],
		["example.com", "evil.example", false],
		["example.com", "EXAMPLE.COM.evil.example", false],
		["example.com", undefined, false],
		["*", "any.example", true],
		["*", undefined, false],
		["*", "", false],
		["", "example.com", false],
		["", undefined, false],
		[undefined, undefined, true],
	])("%j and an account of %j", async (hostedDomain, hd, accepted) => {
		const outcome = signIn({ hd }, { hostedDomain });
		if (accepted) expect(await outcome).toMatchObject({ providerUserId: CLAIMS.sub });
		else
			expect(await failureOf(outcome, "INVALID_ID_TOKEN")).toMatchObject({
				message: expect.stringContaining("(hd)"),
			});
	});

	test("holds for One Tap too", async () => {
		const idToken = await issuer.sign(issuer.claims({ ...CLAIMS, nonce: "n", hd: undefined }));
		expect(await provider().validateIdToken(idToken, { nonce: "n" })).toMatchObject({
			providerUserId: CLAIMS.sub,
		});
		const strict = provider({ hostedDomain: "example.com" });
		await failureOf(strict.validateIdToken(idToken, { nonce: "n" }), "INVALID_ID_TOKEN");
	});
});

describe("after sign-in", () => {
	test("a refresh keeps the refresh token, which Google doesn't repeat", async () => {
		issuer.on("/token", { access_token: "ya29.fresh", expires_in: 3599, token_type: "Bearer" });
		expect(await provider().refreshTokens("1//refresh")).toMatchObject({
			accessToken: "ya29.fresh",
			refreshToken: "1//refresh",
		});
	});

	test("a token is revoked", async () => {
		issuer.on("/revoke", {});
		await provider().revokeToken("ya29.a0AfB");
		expect(issuer.requests).toMatchObject([
			{ method: "POST", path: "/revoke", form: { token: "ya29.a0AfB" } },
		]);
	});
});

test("signs in with the emulated Google, whose endpoints are discovered", async () => {
	const emulator = await createEmulator({
		service: "google",
		port: 0,
		seed: {
			google: {
				users: [{ email: "ada@example.com", name: "Ada Example" }],
				oauth_clients: [
					{
						client_id: CLIENT.clientId,
						client_secret: CLIENT.clientSecret,
						name: "Test",
						redirect_uris: [CLIENT.redirectUri],
					},
				],
			},
		},
	});
	onTestFinished(() => emulator.close());
	const provider = google({ ...CLIENT, issuer: emulator.url });
	const flow = await provider.startSignIn();
	const browser = new Browser(emulator.url);
	const { url } = await browser.submit(await browser.open(flow.url), "ada@example.com");
	const headers = { cookie: cookiePair(flow.cookie) };
	const { profile, tokens } = await provider.handleCallback(new Request(url, { headers }));
	// Whom another issuer vouches for is nobody at Google.
	expect(profile.id).toMatch(new RegExp(`^goog_.+@${emulator.url}$`));
	expect(profile).toMatchObject({ name: "Ada Example", email: "ada@example.com", emailVerified: true });

	const fresh = await provider.refreshTokens(tokens.refreshToken ?? "");
	expect(fresh).toMatchObject({
		refreshToken: tokens.refreshToken,
		accessToken: expect.not.stringMatching(tokens.accessToken),
	});
	await provider.revokeToken(fresh.refreshToken ?? "");
	expect(await failureOf(provider.refreshTokens(fresh.refreshToken ?? ""), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});
});
