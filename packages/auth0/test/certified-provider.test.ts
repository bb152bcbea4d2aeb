import { auth0 } from "@oauth/auth0";
import { Browser } from "@oauth/test-kit/browser";
import { expectRefreshAndRevocation, serveCertifiedProvider } from "@oauth/test-kit/certified-provider";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "my-client",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/login/auth0/callback",
};

describe("through the pages of a certified OpenID provider with a tenant's paths", () => {
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

	/** The tenant's URL leads to loopback. */
	const locally = (url: string) => url.replace(ISSUER, `${origin}/`);
	const provider = () =>
		auth0({
			...CLIENT,
			domain: new URL(ISSUER).host,
			fetch: (url, init) => fetch(locally(String(url)), init),
		});

	/** Back at the app, as a browser that has gone through the pages. */
	async function goThrough(): Promise<Request> {
		const signIn = await provider().startSignIn(loginRequest());
		const browser = new Browser(origin);
		const login = await browser.open(locally(signIn.url));
		const consent = await browser.submit(login, "login", { login: "auth0|6500aa", password: "any" });
		const { url } = await browser.submit(consent, "consent");
		expect(new URL(url).searchParams.get("iss")).toBe(ISSUER);
		return new Request(url, { headers: { cookie: cookiePair(signIn) } });
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
