import { type OidcConfig, oidc } from "@oauth/oidc";
import { Browser } from "@oauth/test-kit/browser";
import {
	expectRefreshAndRevocation,
	logIn,
	serveCertifiedProvider,
} from "@oauth/test-kit/certified-provider";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/callback",
};

/** The URL of a certified OpenID provider in this process. */
let issuer: string;
beforeEach(async () => {
	issuer = await serveCertifiedProvider({
		client: CLIENT,
		userClaims: { name: "Ada", email: "ada@example.com", email_verified: true },
		configuration: { claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] } },
	});
});

const provider = (config: Partial<OidcConfig> = {}) => oidc({ ...CLIENT, issuer, ...config });

describe("a certified provider", () => {
	test("oidc signs in at a certified provider with PKCE, a nonce, iss and userinfo", async () => {
		const flow = await provider().startSignIn(loginRequest());
		const { url: callback } = await logIn(issuer, flow.url, "ada");
		expect(new URL(callback).searchParams.get("iss")).toBe(issuer);
		const headers = { cookie: cookiePair(flow) };
		const session = await provider().handleCallback(new Request(callback, { headers }));
		expect(session).toMatchObject({
			providerUserId: `ada@${issuer}`,
			profile: { name: "Ada", email: "ada@example.com", emailVerified: true },
			tokens: { tokenType: "Bearer", scope: ["openid", "profile", "email"] },
			failedRequests: [],
		});

		// The code of the same callback is used up.
		const again = await failureOf(
			provider().handleCallback(new Request(callback, { headers })),
			"FAILED_REQUEST",
		);
		expect(again).toMatchObject({ step: "token", status: 400, providerError: "invalid_grant" });
	});

	test("oidc signs in at a certified provider by form_post", async () => {
		const config = { responseMode: "form_post" } as const;
		const flow = await provider(config).startSignIn(loginRequest());
		const { html = "" } = await logIn(issuer, flow.url, "ada");
		const fields = [...html.matchAll(/<input type="hidden" name="(\w+)" value="([^"]*)"/g)];
		const body = new URLSearchParams(fields.map(([, name = "", value = ""]) => [name, value]));
		const request = new Request(CLIENT.redirectUri, {
			method: "POST",
			body,
			headers: { cookie: cookiePair(flow) },
		});
		expect(await provider(config).handleCallback(request)).toMatchObject({ profile: { name: "Ada" } });
	});

	test("oidc refreshes and revokes tokens at a certified provider", async () => {
		const flow = await provider().startSignIn(loginRequest());
		const { url } = await logIn(issuer, flow.url, "ada");
		const callback = new Request(url, { headers: { cookie: cookiePair(flow) } });
		const { tokens, providerUser } = await provider().handleCallback(callback);
		const fresh = await provider().refreshTokens(tokens.refreshToken ?? "", { sub: providerUser.sub });
		expect(fresh.idToken).toMatch(/^ey/);
		await expectRefreshAndRevocation(provider(), fresh);
	});

	test("a refusal by a certified provider is AUTHORIZATION_FAILED with the provider's error", async () => {
		const flow = await provider().startSignIn(loginRequest(), { prompt: "none" });
		const { url } = await new Browser(issuer).open(flow.url);
		const request = new Request(url, { headers: { cookie: cookiePair(flow) } });
		expect(await failureOf(provider().handleCallback(request), "AUTHORIZATION_FAILED")).toMatchObject({
			providerError: "login_required",
		});
	});
});
