import { auth0 } from "@oauth/auth0";
import {
	expectOneSession,
	expectRefreshAndRevocation,
	logIn,
	serveCertifiedProvider,
} from "@oauth/test-kit/certified-provider";
import { loginRequest, requestTo } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/auth0/callback",
};

describe("a certified OpenID provider with a tenant's paths", () => {
	const ISSUER = "https://pages.eu.auth0.com/";
	let origin: string;
	beforeEach(async () => {
		origin = await serveCertifiedProvider({
			client: CLIENT,
			issuerAt: () => ISSUER,
			registration: { token_endpoint_auth_method: "client_secret_post" },
			userClaims: {
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

	/** Maps the tenant's URLs to loopback. */
	const locally = (url: string) => url.replace(ISSUER, `${origin}/`);
	const provider = () =>
		auth0({
			...CLIENT,
			domain: new URL(ISSUER).host,
			fetch: (url, init) => fetch(locally(String(url)), init),
		});

	async function callback(): Promise<Request> {
		const signIn = await provider().startSignIn(loginRequest());
		const { url } = await logIn(origin, locally(signIn.url), "auth0|6500aa");
		expect(new URL(url).searchParams.get("iss")).toBe(ISSUER);
		return requestTo(url, signIn);
	}

	test("auth0 signs in at a certified provider, once per code", async () => {
		const session = await expectOneSession(provider(), await callback());
		expect(session.providerUserId).toBe("auth0|6500aa@pages.eu.auth0.com");
		expect(session.providerUser).toMatchObject({ updated_at: "2026-01-01T00:00:00.000Z" });
		expect(session.profile).toMatchObject({
			username: "ada",
			name: "Ada",
			email: "ada@example.com",
			emailVerified: true,
		});
	});

	test("auth0 refreshes and revokes tokens at a certified provider", async () => {
		const { tokens } = await provider().handleCallback(await callback());
		await expectRefreshAndRevocation(provider(), tokens);
	});
});
