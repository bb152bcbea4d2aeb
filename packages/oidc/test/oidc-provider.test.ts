import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { oidc } from "@oauth/oidc";
import Provider from "oidc-provider";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { Browser } from "../../repo/src/browse.ts";
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
	const server = createServer();
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	const provider = new Provider(issuer, {
		clients: [
			{
				client_id: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
				redirect_uris: [CLIENT.redirectUri],
				grant_types: ["authorization_code", "refresh_token"],
			},
		],
		pkce: { required: () => true },
		claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
		findAccount: (_, sub) => ({
			accountId: sub,
			claims: () => ({ sub, name: "Ada", email: "ada@example.com", email_verified: true }),
		}),
		features: { devInteractions: { enabled: true }, revocation: { enabled: true } },
		issueRefreshToken: async () => true,
		cookies: { keys: ["a key of the test"] },
		ttl: { Interaction: 60, Session: 60, Grant: 60, AccessToken: 60, IdToken: 60, RefreshToken: 60 },
	});
	server.on("request", provider.callback());
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
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
	const fresh = await provider().refreshTokens(tokens.refreshToken ?? "");
	expect(fresh.accessToken).not.toBe(tokens.accessToken);
	await provider().revokeToken(fresh.refreshToken ?? "");
	expect(await failureOf(provider().refreshTokens(fresh.refreshToken ?? ""), "FAILED_REQUEST")).toMatchObject(
		{
			providerError: "invalid_grant",
		},
	);
});

test.each([
	["without iss, which this provider always sends", (url: URL) => url.searchParams.delete("iss")],
	["with another's iss", (url: URL) => url.searchParams.set("iss", "https://evil.example")],
])("an answer %s is ISSUER_MISMATCH", async (_, change) => {
	const flow = await provider().startSignIn();
	const url = new URL(await goThrough(flow.url));
	change(url);
	const request = new Request(url, { headers: { cookie: cookiePair(flow.cookie) } });
	await failureOf(provider().handleCallback(request), "ISSUER_MISMATCH");
});

test("a code that another browser's flow asked for is refused by the provider", async () => {
	const [theirs, ours] = [await provider().startSignIn(), await provider().startSignIn()];
	const injected = new URL(await goThrough(theirs.url));
	injected.searchParams.set("state", ours.state);
	const request = new Request(injected, { headers: { cookie: cookiePair(ours.cookie) } });
	expect(await failureOf(provider().handleCallback(request), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});
});

test("an error of the provider is ACCESS_DENIED or AUTHORIZATION_FAILED", async () => {
	const flow = await provider().startSignIn({ prompt: "none" });
	const { url } = await new Browser(issuer).open(flow.url);
	const request = new Request(url, { headers: { cookie: cookiePair(flow.cookie) } });
	expect(await failureOf(provider().handleCallback(request), "AUTHORIZATION_FAILED")).toMatchObject({
		providerError: "login_required",
	});
});
