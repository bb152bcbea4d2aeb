import { beforeEach, describe, expect, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { expectRefreshAndRevocation, serveCertifiedProvider } from "../../repo/src/certified-provider.ts";
import { createIssuer, type Issuer } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";
import { type KeycloakConfig, keycloak } from "../dist/index.js";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/keycloak/callback",
};

const REALM = "https://auth.example.com/realms/myrealm";

describe("realmUrl", () => {
	test.each([
		[REALM, REALM],
		[`${REALM}/`, REALM],
		// Before version 17.
		["https://auth.example.com/auth/realms/myrealm", "https://auth.example.com/auth/realms/myrealm"],
		["http://localhost:8080/realms/myrealm", "http://localhost:8080/realms/myrealm"],
	])("%s", async (realmUrl, realm) => {
		const provider = keycloak({ ...CLIENT, realmUrl });
		expect(provider.getAuthorizationUrl()).toMatch(`${realm}/protocol/openid-connect/auth?`);
	});

	test("is needed", async () => {
		for (const realmUrl of [undefined, null, ""]) {
			const failure = await failureOf(
				keycloak({ ...CLIENT, realmUrl } as KeycloakConfig).startSignIn(),
				"INVALID_CONFIG",
			);
			expect(failure.message).toContain("(realmUrl)");
		}
		await failureOf(
			keycloak({ ...CLIENT, realmUrl: "auth.example.com/realms/myrealm" }).startSignIn(),
			"INVALID_CONFIG",
		);
	});
});

describe("a sign-in", () => {
	let inside: Issuer;
	beforeEach(async () => {
		inside = await createIssuer(CLIENT.clientId);
	});

	/** The realm under its public name, with the requests of the app on another way to it. */
	function provider(config: Partial<KeycloakConfig> = {}) {
		const endpoints = {
			token: `${inside.url}/token`,
			jwks: `${inside.url}/jwks`,
			userinfo: `${inside.url}/userinfo`,
		};
		return keycloak({ ...CLIENT, realmUrl: REALM, endpoints, ...config });
	}

	async function signIn(claims: Record<string, unknown>, iss?: string, refreshExpiresIn = 1800) {
		const flow = await provider().startSignIn();
		const nonce = new URL(flow.url).searchParams.get("nonce");
		inside.on("/token", {
			access_token: "access-token-of-ada",
			expires_in: 300,
			refresh_expires_in: refreshExpiresIn,
			refresh_token: "refresh-token-of-ada",
			token_type: "Bearer",
			"not-before-policy": 0,
			id_token: await inside.sign(inside.claims({ iss: REALM, sub: "0f1e2d3c", nonce, ...claims })),
		});
		return provider().handleCallback(callbackRequest(flow, { iss, session_state: "d1e2f3a4" }));
	}
	const asked = () => inside.requests.map(({ path }) => path).sort();

	test("has the issuer's public name, whichever way the requests take", async () => {
		expect(await signIn({ preferred_username: "ada" }, REALM)).toMatchObject({
			providerUserId: "0f1e2d3c@auth.example.com/realms/myrealm",
			profile: { username: "ada" },
		});
		expect(asked()).toEqual(["/jwks", "/token"]);
		await failureOf(signIn({ preferred_username: "ada", iss: inside.url }), "INVALID_ID_TOKEN");
	});

	test("takes a callback without iss, which a client can switch off, and none with another's", async () => {
		expect(await signIn({ preferred_username: "ada" })).toMatchObject({ profile: { username: "ada" } });
		await failureOf(signIn({ preferred_username: "ada" }, `${REALM}2`), "ISSUER_MISMATCH");
	});

	test("asks the userinfo endpoint where the ID token doesn't say who it is", async () => {
		inside.on("/userinfo", {
			sub: "0f1e2d3c",
			preferred_username: "ada",
			email: "ada@example.org",
			email_verified: false,
		});
		const { profile, providerUser } = await signIn({ groups: ["/staff"] });
		expect(profile).toMatchObject({ username: "ada", email: "ada@example.org", emailVerified: false });
		expect(providerUser.groups).toEqual(["/staff"]);
		expect(asked()).toEqual(["/jwks", "/token", "/userinfo"]);
	});

	test("has a refresh token with an end, and with offline access one without", async () => {
		const tokensFor = async (seconds: number) =>
			(await signIn({ preferred_username: "ada" }, REALM, seconds)).tokens;
		const before = Date.now();
		const { refreshTokenExpiresAt } = await tokensFor(1800);
		expect(refreshTokenExpiresAt?.getTime()).toBeGreaterThanOrEqual(before + 1_800_000);
		const offline = await tokensFor(0);
		expect(offline).toMatchObject({ refreshToken: "refresh-token-of-ada" });
		expect(offline).not.toHaveProperty("refreshTokenExpiresAt");
	});
});

describe("through the pages of an OpenID provider with a realm's paths", () => {
	const PATH = "/realms/myrealm";
	let origin: string;
	beforeEach(async () => {
		origin = await serveCertifiedProvider({
			client: CLIENT,
			issuerAt: (address) => address + PATH,
			person: { name: "Ada", preferred_username: "ada", email: "ada@example.com", email_verified: true },
			configuration: {
				routes: {
					authorization: "/protocol/openid-connect/auth",
					token: "/protocol/openid-connect/token",
					jwks: "/protocol/openid-connect/certs",
					userinfo: "/protocol/openid-connect/userinfo",
					revocation: "/protocol/openid-connect/revoke",
				},
				claims: {
					openid: ["sub"],
					email: ["email", "email_verified"],
					profile: ["name", "preferred_username"],
				},
			},
			mount(request) {
				const { url = "" } = request;
				Object.assign(request, { originalUrl: url, url: url.replace(PATH, "") });
			},
		});
	});

	const provider = () => keycloak({ ...CLIENT, realmUrl: origin + PATH });

	/** Back at the app, with what somebody brings who has gone through the pages. */
	async function goThrough(change = (_: URL) => {}): Promise<Request> {
		const flow = await provider().startSignIn({ params: { kc_idp_hint: "google" } });
		const browser = new Browser(origin);
		const login = await browser.open(flow.url);
		const consent = await browser.submit(login, "login", { login: "0f1e2d3c", password: "any" });
		const url = new URL((await browser.submit(consent, "consent")).url);
		expect(url.searchParams.get("iss")).toBe(origin + PATH);
		change(url);
		return new Request(url, { headers: { cookie: cookiePair(flow.cookie) } });
	}

	test("signs in, once per code", async () => {
		const callback = await goThrough();
		const { providerUserId, profile } = await provider().handleCallback(callback);
		expect(providerUserId).toBe(`0f1e2d3c@${origin}${PATH}`);
		expect(profile).toMatchObject({
			username: "ada",
			name: "Ada",
			email: "ada@example.com",
			emailVerified: true,
		});
		expect(await failureOf(provider().handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
			providerError: "invalid_grant",
		});
	});

	test("refreshes and revokes", async () => {
		const { tokens } = await provider().handleCallback(await goThrough());
		await expectRefreshAndRevocation(provider(), tokens);
	});

	test("takes no announcement of iss for a promise", async () => {
		const silent = await goThrough((url) => url.searchParams.delete("iss"));
		expect(await provider().handleCallback(silent)).toMatchObject({ profile: { username: "ada" } });
		const forged = await goThrough((url) => url.searchParams.set("iss", `${origin}/realms/another`));
		await failureOf(provider().handleCallback(forged), "ISSUER_MISMATCH");
	});
});
