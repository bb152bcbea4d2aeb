import { createHmac } from "node:crypto";
import { beforeEach, describe, expect, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { expectRefreshAndRevocation, serveCertifiedProvider } from "../../repo/src/certified-provider.ts";
import { createIssuer, createKey, type Issuer } from "../../repo/src/issuer.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { callbackRequest, cookiePair } from "../../repo/src/sign-in.ts";
import { type Auth0Config, auth0 } from "../dist/index.js";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/auth0/callback",
};

const DOMAIN = "acme.eu.auth0.com";

describe("domain", () => {
	test.each([DOMAIN, `https://${DOMAIN}`, `https://${DOMAIN}/`, `${DOMAIN}/`])("%s", (domain) => {
		const url = auth0({ ...CLIENT, domain }).getAuthorizationUrl();
		expect(url).toMatch(`https://${DOMAIN}/authorize?`);
	});

	test("is needed", async () => {
		for (const domain of [undefined, null, ""]) {
			const failure = await failureOf(
				auth0({ ...CLIENT, domain } as Auth0Config).startSignIn(),
				"INVALID_CONFIG",
			);
			expect(failure.message).toContain("(domain)");
		}
	});
});

describe("a sign-in", () => {
	let tenant: Issuer;
	beforeEach(async () => {
		tenant = await createIssuer(CLIENT.clientId);
	});

	/** A tenant, whose keys and token endpoint are the test's own. Its issuer stays Auth0's. */
	function provider(config: Partial<Auth0Config> = {}) {
		const endpoints = { token: `${tenant.url}/token`, jwks: `${tenant.url}/jwks` };
		return auth0({ ...CLIENT, domain: DOMAIN, endpoints, ...config });
	}

	const claims = (changes: Record<string, unknown>) =>
		tenant.claims({ iss: `https://${DOMAIN}/`, sub: "google-oauth2|1234", nickname: "ada", ...changes });

	async function signIn(
		changes: Record<string, unknown> = {},
		config: Partial<Auth0Config> = {},
		iss?: string,
	) {
		const flow = await provider(config).startSignIn();
		const nonce = new URL(flow.url).searchParams.get("nonce");
		tenant.on("/token", {
			access_token: "access-token-of-ada",
			token_type: "Bearer",
			id_token: await tenant.sign(claims({ nonce, ...changes })),
		});
		return provider(config).handleCallback(callbackRequest(flow, { iss }));
	}

	test("has an issuer that ends in a slash", async () => {
		expect(await signIn()).toMatchObject({
			providerUserId: `google-oauth2|1234@${DOMAIN}`,
			profile: { username: "ada" },
		});
		await failureOf(signIn({ iss: `https://${DOMAIN}` }), "INVALID_ID_TOKEN");
	});

	test("checks iss in the callback where the tenant sends it", async () => {
		expect(await signIn({}, {}, `https://${DOMAIN}/`)).toMatchObject({ profile: { username: "ada" } });
		await failureOf(signIn({}, {}, "https://another.eu.auth0.com/"), "ISSUER_MISMATCH");
	});

	test.each([
		["RS256", true],
		["RS512", true],
		["PS256", true],
		["ES256", false],
	])("whose ID token is signed by %s is accepted: %s", async (alg, accepted) => {
		tenant.keys = [await createKey(alg, alg)];
		if (accepted) expect(await signIn()).toMatchObject({ profile: { username: "ada" } });
		else await failureOf(signIn(), "INVALID_ID_TOKEN");
	});

	test("whose ID token is signed by the client's secret is refused", async () => {
		const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
		const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part(claims({ nonce: "n" }))}`;
		const signature = createHmac("sha256", CLIENT.clientSecret).update(signed).digest("base64url");
		await failureOf(provider().validateIdToken(`${signed}.${signature}`, { nonce: "n" }), "INVALID_ID_TOKEN");
	});

	test.each([
		[undefined, {}, undefined],
		[undefined, { org_id: "org_abc123" }, undefined],
		["org_abc123", { org_id: "org_abc123" }, undefined],
		["org_abc123", { org_id: "org_other1" }, "org_id"],
		["org_abc123", { org_id: "org_other1", org_name: "org_abc123" }, "org_id"],
		["org_abc123", {}, "org_id"],
		["org_aBc123", { org_id: "org_aBc123" }, undefined],
		["org_aBc123", { org_id: "org_abc123" }, "org_id"],
		["", { org_id: "org_abc123" }, "org_name"],
		["acme", { org_id: "org_abc123", org_name: "acme" }, undefined],
		["ACME", { org_id: "org_abc123", org_name: "acme" }, undefined],
		["acme", { org_id: "org_abc123", org_name: "other" }, "org_name"],
		["acme", { org_id: "acme" }, "org_name"],
		["acme", {}, "org_name"],
	])("to the organization %j with %j", async (organization, said, wrong) => {
		const outcome = signIn(said, { organization });
		if (!wrong) expect(await outcome).toMatchObject({ profile: { username: "ada" } });
		else
			expect(await failureOf(outcome, "INVALID_ID_TOKEN")).toMatchObject({
				message: expect.stringContaining(`(${wrong})`),
			});
	});

	test("asks for its audience, connection and organization", async () => {
		const { url } = await provider({
			audience: "https://api.example.com",
			connection: "google-oauth2",
			organization: "org_abc123",
		}).startSignIn({ params: { screen_hint: "signup" } });
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			audience: "https://api.example.com",
			connection: "google-oauth2",
			organization: "org_abc123",
			screen_hint: "signup",
		});
		const bare = new URL((await provider().startSignIn()).url).searchParams;
		for (const name of ["audience", "connection", "organization"]) expect(bare.has(name)).toBe(false);
	});
});

describe("through the pages of an OpenID provider with a tenant's paths", () => {
	const ISSUER = "https://pages.eu.auth0.com/";
	let origin: string;
	beforeEach(async () => {
		origin = await serveCertifiedProvider({
			client: CLIENT,
			issuerAt: () => ISSUER,
			registration: { token_endpoint_auth_method: "client_secret_post" },
			person: {
				name: "Ada",
				nickname: "ada",
				updated_at: "2026-01-01T00:00:00.000Z",
				email: "ada@example.com",
				email_verified: true,
			},
			configuration: {
				routes: {
					authorization: "/authorize",
					token: "/oauth/token",
					jwks: "/.well-known/jwks.json",
					userinfo: "/userinfo",
					revocation: "/oauth/revoke",
				},
				claims: {
					openid: ["sub"],
					email: ["email", "email_verified"],
					profile: ["name", "nickname", "updated_at"],
				},
				conformIdTokenClaims: false,
			},
		});
	});

	/** The tenant's address leads to loopback. */
	const locally = (url: string) => url.replace(ISSUER, `${origin}/`);
	const provider = () =>
		auth0({
			...CLIENT,
			domain: new URL(ISSUER).host,
			fetch: (url, init) => fetch(locally(String(url)), init),
		});

	/** Back at the app, with what somebody brings who has gone through the pages. */
	async function goThrough(): Promise<Request> {
		const flow = await provider().startSignIn();
		const browser = new Browser(origin);
		const login = await browser.open(locally(flow.url));
		const consent = await browser.submit(login, "login", { login: "auth0|6500aa", password: "any" });
		const { url } = await browser.submit(consent, "consent");
		expect(new URL(url).searchParams.get("iss")).toBe(ISSUER);
		return new Request(url, { headers: { cookie: cookiePair(flow.cookie) } });
	}

	test("signs in, once per code", async () => {
		const callback = await goThrough();
		const { providerUserId, providerUser, profile } = await provider().handleCallback(callback);
		expect(providerUserId).toBe("auth0|6500aa@pages.eu.auth0.com");
		expect(providerUser).toMatchObject({ updated_at: "2026-01-01T00:00:00.000Z" });
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
});
