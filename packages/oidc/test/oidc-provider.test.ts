import { oidc } from "@oauth/oidc";
import { beforeEach, expect, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
import { expectRefreshAndRevocation, serveCertifiedProvider } from "../../repo/src/certified-provider.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { cookiePair } from "../../repo/src/sign-in.ts";

const CLIENT = {
	clientId: "client-1",
	clientSecret: "a-secret-that-is-long-enough-for-anything",
	redirectUri: "http://localhost:3000/callback",
};

/** A certified OpenID provider, in this process. */
let issuer: string;
beforeEach(async () => {
	issuer = await serveCertifiedProvider({
		client: CLIENT,
		person: { name: "Ada", email: "ada@example.com", email_verified: true },
		configuration: { claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] } },
	});
});

function provider() {
	return oidc({ ...CLIENT, issuer });
}

/** What comes back to the app when somebody goes through the provider's pages. */
async function goThrough(url: string): Promise<string> {
	const browser = new Browser(issuer);
	const login = await browser.open(url);
	const consent = await browser.submit(login, "login", { login: "ada", password: "any" });
	return (await browser.submit(consent, "consent")).url;
}

test("the code flow with PKCE, a nonce and iss signs in, with userinfo for what the ID token lacks", async () => {
	const flow = await provider().startSignIn();
	const callback = await goThrough(flow.url);
	expect(new URL(callback).searchParams.get("iss")).toBe(issuer);
	const headers = { cookie: cookiePair(flow.cookie) };
	const session = await provider().handleCallback(new Request(callback, { headers }));
	expect(session).toMatchObject({
		providerUserId: `ada@${issuer}`,
		profile: { name: "Ada", email: "ada@example.com", emailVerified: true },
		tokens: { tokenType: "Bearer", scope: ["openid", "email", "profile"] },
	});

	// The same callback a second time: the code is used up.
	const again = await failureOf(
		provider().handleCallback(new Request(callback, { headers })),
		"FAILED_REQUEST",
	);
	expect(again).toMatchObject({ step: "token", status: 400, providerError: "invalid_grant" });
});

test("tokens are refreshed and revoked", async () => {
	const flow = await provider().startSignIn();
	const callback = new Request(await goThrough(flow.url), { headers: { cookie: cookiePair(flow.cookie) } });
	const { tokens } = await provider().handleCallback(callback);
	await expectRefreshAndRevocation(provider(), tokens);
});

test("an error of the provider is ACCESS_DENIED or AUTHORIZATION_FAILED", async () => {
	const flow = await provider().startSignIn({ prompt: "none" });
	const { url } = await new Browser(issuer).open(flow.url);
	const request = new Request(url, { headers: { cookie: cookiePair(flow.cookie) } });
	expect(await failureOf(provider().handleCallback(request), "AUTHORIZATION_FAILED")).toMatchObject({
		providerError: "login_required",
	});
});
