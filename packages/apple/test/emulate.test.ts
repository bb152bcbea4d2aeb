import { generateKeyPairSync } from "node:crypto";
import { apple } from "@oauth/apple";
import { Browser } from "@oauth/test-kit/browser";
import { emulate } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import { expect, test } from "vitest";

const CLIENT = {
	clientId: "com.example.web",
	redirectUri: "https://example.com/login/apple/callback",
	teamId: "A1B2C3D4E5",
	keyId: "F6G7H8I9J0",
};

test("a user signs in with the emulated Apple, whose endpoints are discovered", async () => {
	const url = await emulate("apple", {
		users: [{ email: "ada@example.com", name: 'Ada "A." Example', is_private_email: true }],
		oauth_clients: [
			{
				client_id: CLIENT.clientId,
				team_id: CLIENT.teamId,
				key_id: CLIENT.keyId,
				name: "Test",
				redirect_uris: [CLIENT.redirectUri],
			},
		],
	});
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	const pem = `${privateKey.export({ type: "pkcs8", format: "pem" })}`;
	const provider = apple({ ...CLIENT, privateKey: pem, issuer: url });

	const browser = new Browser(url);
	const signIn = async () => {
		const flow = await provider.startSignIn(loginRequest());
		const { html = "" } = await browser.submit(await browser.open(flow.url), "ada@example.com");
		const headers = { cookie: cookiePair(flow) };
		const { action, fields } = formOf(html);
		const request = () => new Request(action, { method: "POST", headers, body: new URLSearchParams(fields) });
		return { session: await provider.handleCallback(request()), request };
	};

	const { session, request } = await signIn();
	// The id of a user of another issuer names that issuer.
	expect(session.profile.id).toMatch(new RegExp(`^\\w+\\.\\w+\\.\\w+@${url}$`));
	expect(session).toMatchObject({
		providerUser: { email_verified: "true", is_private_email: "true" },
		profile: {
			name: 'Ada "A." Example',
			givenName: "Ada",
			familyName: '"A." Example',
			email: expect.stringMatching(/@privaterelay\.appleid\.com$/),
			emailVerified: true,
		},
	});
	await failureOf(provider.handleCallback(request()), "FAILED_REQUEST");

	// The name came once.
	const { session: second } = await signIn();
	expect(second.profile).toEqual({
		id: session.profile.id,
		email: session.profile.email,
		emailVerified: true,
	});

	const { refreshToken = "", accessToken } = second.tokens;
	expect(await provider.refreshTokens(refreshToken, { sub: second.providerUser.sub })).toMatchObject({
		refreshToken,
		accessToken: expect.not.stringMatching(accessToken),
		idToken: expect.any(String),
	});
	await provider.revokeToken(refreshToken);
	await failureOf(provider.refreshTokens(refreshToken), "INVALID_GRANT");
});

/** Reads the form that a page posts to another site, as a browser would send it. */
function formOf(html: string): { action: string; fields: Record<string, string> } {
	const decode = (text = "") =>
		text.replaceAll("&quot;", '"').replaceAll("&#39;", "'").replaceAll("&lt;", "<").replaceAll("&amp;", "&");
	const inputs = html.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g);
	return {
		action: decode(/<form method="POST" action="([^"]*)"/.exec(html)?.[1]),
		fields: Object.fromEntries([...inputs].map(([, name, value]) => [decode(name), decode(value)])),
	};
}
