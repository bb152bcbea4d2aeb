import { auth0 } from "@oauth/auth0";
import type { OAuthProvider } from "@oauth/core";
import { keycloak } from "@oauth/keycloak";
import { oidc } from "@oauth/oidc";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest, withFlow } from "@oauth/test-kit/sign-in";
import { OAuth2Server } from "oauth2-mock-server";
import { describe, expect, onTestFinished, test } from "vitest";

/** A mock of an OpenID provider by others, which bends its answers as a test wants. */
interface Mocked {
	server: OAuth2Server;
	provider: OAuthProvider<unknown>;
	/** Goes through the provider's page, and gives the way back. */
	goThrough(url: string): Promise<URL>;
}

const CLIENT = {
	clientId: "client-1",
	clientSecret: "a secret of the app",
	redirectUri: "http://localhost:3000/callback",
};
const REALM = "/realms/demo";
const TENANT = "https://pages.eu.auth0.com/";

type Endpoints = NonNullable<NonNullable<ConstructorParameters<typeof OAuth2Server>[2]>["endpoints"]>;

async function serveMock(endpoints: Endpoints, issuerAt = (origin: string) => origin) {
	const server = new OAuth2Server(undefined, undefined, { endpoints });
	await server.issuer.keys.generate("RS256");
	await server.start(0, "127.0.0.1");
	onTestFinished(() => server.stop());
	const origin = `http://127.0.0.1:${server.address().port}`;
	server.issuer.url = issuerAt(origin);
	return { server, origin };
}

async function goThrough(url: string): Promise<URL> {
	const { headers } = await fetch(url, { redirect: "manual" });
	return new URL(`${headers.get("location")}`);
}

const mocks: Record<string, () => Promise<Mocked>> = {
	async oidc() {
		const { server, origin } = await serveMock({});
		return { server, provider: oidc({ ...CLIENT, issuer: origin }), goThrough };
	},
	async keycloak() {
		const openid = `/protocol/openid-connect`;
		const { server, origin } = await serveMock(
			{
				authorize: `${REALM}${openid}/auth`,
				token: `${REALM}${openid}/token`,
				jwks: `${REALM}${openid}/certs`,
				userinfo: `${REALM}${openid}/userinfo`,
				revoke: `${REALM}${openid}/revoke`,
			},
			(address) => address + REALM,
		);
		return { server, provider: keycloak({ ...CLIENT, realmUrl: origin + REALM }), goThrough };
	},
	async auth0() {
		const endpoints = { token: "/oauth/token", jwks: "/.well-known/jwks.json", revoke: "/oauth/revoke" };
		const { server, origin } = await serveMock(endpoints, () => TENANT);
		// The tenant's address leads to loopback.
		const locally = (url: string) => url.replace(TENANT, `${origin}/`);
		const provider = auth0({
			...CLIENT,
			domain: new URL(TENANT).host,
			fetch: (url, init) => fetch(locally(String(url)), init),
		});
		return { server, provider, goThrough: (url) => goThrough(locally(url)) };
	},
};

describe.each(Object.entries(mocks))("@oauth/%s", (id, start) => {
	/** A sign-in, whose ID token says what the change makes of it. */
	async function signIn(
		{ server, provider, goThrough }: Mocked,
		changeIdToken: (payload: Record<string, unknown>) => void = () => {},
	) {
		server.service.on("beforeTokenSigning", ({ payload }) => {
			if (payload.aud !== CLIENT.clientId) return;
			Object.assign(payload, {
				preferred_username: "johndoe",
				email: "john@example.com",
				email_verified: true,
			});
			changeIdToken(payload);
		});
		const begun = await provider.startSignIn(loginRequest());
		const headers = { cookie: cookiePair(begun) };
		return provider.handleCallback(new Request(await goThrough(begun.url), { headers }));
	}

	test("signs in", async () => {
		const mock = await start();
		expect(await signIn(mock)).toMatchObject({
			providerUserId: `johndoe@${`${mock.server.issuer.url}`.replace(/^https:\/\/|\/$/g, "")}`,
			profile: { email: "john@example.com", emailVerified: true },
		});
	});

	test.each<[string, Record<string, unknown>]>([
		["is of another issuer", { iss: "https://evil.example" }],
		["is for another app", { aud: "client-2" }],
		["was issued to another app", { aud: ["client-1", "client-2"], azp: "client-2" }],
		["has expired", { exp: Math.floor(Date.now() / 1000) - 3600 }],
		["is of another sign-in", { nonce: "another" }],
		["is of no sign-in", { nonce: undefined }],
		["names nobody", { sub: undefined }],
		["is of tomorrow", { iat: Math.floor(Date.now() / 1000) + 86_400 }],
	])("refuses an ID token that %s", async (_, changes) => {
		const error = await failureOf(
			signIn(await start(), (payload) => Object.assign(payload, changes)),
			"INVALID_ID_TOKEN",
		);
		expect(error).toMatchObject({ provider: id, step: "id_token" });
	});

	test("finds the key that the provider has changed to", async () => {
		const mock = await start();
		await signIn(mock);
		const fresh = await mock.server.issuer.keys.generate("RS256");
		mock.server.issuer.keys.get(fresh.kid);
		expect(await signIn(mock)).toMatchObject({ profile: { email: "john@example.com" } });
	});

	test("refuses a code verifier that is another's", async () => {
		const { provider, goThrough } = await start();
		const begun = await provider.startSignIn(loginRequest());
		const headers = { cookie: cookiePair(withFlow(begun, { codeVerifier: "x".repeat(43) })) };
		const callback = new Request(await goThrough(begun.url), { headers });
		expect(await failureOf(provider.handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
			step: "token",
			status: 400,
		});
	});

	test("says what the token endpoint says", async () => {
		const mock = await start();
		mock.server.service.on("beforeResponse", (response) => {
			Object.assign(response, { statusCode: 400, body: { error: "invalid_grant" } });
		});
		expect(await failureOf(signIn(mock), "FAILED_REQUEST")).toMatchObject({ providerError: "invalid_grant" });
	});

	test("refreshes tokens, and ends them", async () => {
		const mock = await start();
		const { tokens } = await signIn(mock);
		const fresh = await mock.provider.refreshTokens(`${tokens.refreshToken}`);
		expect(fresh.refreshToken).not.toBe(tokens.refreshToken);
		await mock.provider.revokeToken(`${fresh.refreshToken}`);
		mock.server.service.on("beforeRevoke", (response) => {
			response.statusCode = 503;
		});
		expect(await failureOf(mock.provider.revokeToken("any"), "FAILED_REQUEST")).toMatchObject({
			status: 503,
		});
	});
});

test.each(["oidc", "keycloak"])("@oauth/%s refuses a userinfo response about another user", async (id) => {
	const { server, provider, goThrough } = await (mocks[id] as () => Promise<Mocked>)();
	server.service.on("beforeUserinfo", (response) => {
		response.body = { sub: "mallory", preferred_username: "johndoe", email: "john@example.com" };
	});
	const begun = await provider.startSignIn(loginRequest());
	const callback = new Request(await goThrough(begun.url), { headers: { cookie: cookiePair(begun) } });
	expect(await failureOf(provider.handleCallback(callback), "INVALID_PROFILE")).toMatchObject({
		step: "user",
	});
});
