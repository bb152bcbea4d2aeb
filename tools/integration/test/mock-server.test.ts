import { auth0 } from "@oauth/auth0";
import type { OAuthProvider } from "@oauth/core";
import { keycloak } from "@oauth/keycloak";
import { oidc } from "@oauth/oidc";
import { failureOf } from "@oauth/test-kit/errors";
import { loginRequest, requestTo, withFlow } from "@oauth/test-kit/sign-in";
import { OAuth2Server } from "oauth2-mock-server";
import { describe, expect, onTestFinished, test } from "vitest";

/** An OpenID provider by oauth2-mock-server, whose responses a test may change. */
interface Mocked {
	server: OAuth2Server;
	provider: OAuthProvider<unknown>;
	/** Lets the user say yes, and returns the URL of the callback. */
	authorize(url: string): Promise<string>;
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

async function authorize(url: string): Promise<string> {
	const { headers } = await fetch(url, { redirect: "manual" });
	return `${headers.get("location")}`;
}

const mocks: Record<string, () => Promise<Mocked>> = {
	async oidc() {
		const { server, origin } = await serveMock({});
		return { server, provider: oidc({ ...CLIENT, issuer: origin }), authorize };
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
			(origin) => origin + REALM,
		);
		return { server, provider: keycloak({ ...CLIENT, realmUrl: origin + REALM }), authorize };
	},
	async auth0() {
		const endpoints = { token: "/oauth/token", jwks: "/.well-known/jwks.json", revoke: "/oauth/revoke" };
		const { server, origin } = await serveMock(endpoints, () => TENANT);
		/** Maps the tenant's URLs to loopback. */
		const locally = (url: string) => url.replace(TENANT, `${origin}/`);
		const provider = auth0({
			...CLIENT,
			domain: new URL(TENANT).host,
			fetch: (url, init) => fetch(locally(String(url)), init),
		});
		return { server, provider, authorize: (url) => authorize(locally(url)) };
	},
};

describe.each(Object.entries(mocks))("%s", (id, start) => {
	/** Signs in with these changes to the ID token's claims. */
	async function signIn(
		{ server, provider, authorize }: Mocked,
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
		const flow = await provider.startSignIn(loginRequest());
		return provider.handleCallback(requestTo(await authorize(flow.url), flow));
	}

	test(`${id} signs in at a mock server`, async () => {
		const mock = await start();
		expect(await signIn(mock)).toMatchObject({
			providerUserId: `johndoe@${`${mock.server.issuer.url}`.replace(/^https:\/\/|\/$/g, "")}`,
			profile: { email: "john@example.com", emailVerified: true },
		});
	});

	test.each<[string, Record<string, unknown>]>([
		["whose iss is another issuer", { iss: "https://evil.example" }],
		["whose aud is another client", { aud: "client-2" }],
		["whose azp is another client", { aud: ["client-1", "client-2"], azp: "client-2" }],
		["that has expired", { exp: Math.floor(Date.now() / 1000) - 3600 }],
		["whose nonce belongs to another sign-in", { nonce: "another" }],
		["without a nonce", { nonce: undefined }],
		["without a sub", { sub: undefined }],
		["whose iat is tomorrow", { iat: Math.floor(Date.now() / 1000) + 86_400 }],
	])(`${id} refuses an ID token %s`, async (_, changes) => {
		const error = await failureOf(
			signIn(await start(), (payload) => Object.assign(payload, changes)),
			"INVALID_ID_TOKEN",
		);
		expect(error).toMatchObject({ provider: id, step: "id_token" });
	});

	test(`${id} fetches the keys again after the provider has changed its key`, async () => {
		const mock = await start();
		await signIn(mock);
		const fresh = await mock.server.issuer.keys.generate("RS256");
		mock.server.issuer.keys.get(fresh.kid);
		expect(await signIn(mock)).toMatchObject({ profile: { email: "john@example.com" } });
	});

	test(`${id} reports the refusal of another sign-in's code verifier`, async () => {
		const { provider, authorize } = await start();
		const flow = await provider.startSignIn(loginRequest());
		const changed = withFlow(flow, { codeVerifier: "x".repeat(43) });
		const callback = requestTo(await authorize(flow.url), changed);
		expect(await failureOf(provider.handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
			step: "token",
			status: 400,
		});
	});

	test(`${id} reports the error code of the token endpoint`, async () => {
		const mock = await start();
		mock.server.service.on("beforeResponse", (response) => {
			Object.assign(response, { statusCode: 400, body: { error: "invalid_grant" } });
		});
		expect(await failureOf(signIn(mock), "FAILED_REQUEST")).toMatchObject({ providerError: "invalid_grant" });
	});

	test(`${id} refreshes and revokes tokens`, async () => {
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

test.each(["oidc", "keycloak"])("%s refuses a userinfo response about another user", async (id) => {
	const { server, provider, authorize } = await (mocks[id] as () => Promise<Mocked>)();
	server.service.on("beforeUserinfo", (response) => {
		response.body = { sub: "mallory", preferred_username: "johndoe", email: "john@example.com" };
	});
	const flow = await provider.startSignIn(loginRequest());
	const callback = requestTo(await authorize(flow.url), flow);
	expect(await failureOf(provider.handleCallback(callback), "INVALID_PROFILE")).toMatchObject({
		step: "user",
	});
});
