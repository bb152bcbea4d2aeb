import { linear } from "@oauth/linear";
import { chooseAccount, emulate, registrationOf } from "@oauth/test-kit/emulate";
import { failureOf } from "@oauth/test-kit/errors";
import { expect, test } from "vitest";

const CLIENT = {
	clientId: "lin_8a61f9b3a7aba766",
	clientSecret: "secret-of-the-linear-app",
	redirectUri: "http://localhost:3000/login/linear/callback",
};

const ADA = { email: "ada@example.com", name: "Ada Lovelace" };

/** The emulated users have no organization. */
const withoutOrganization: typeof fetch = (input, init) => {
	const { body } = init ?? {};
	return fetch(input, {
		...init,
		body: typeof body === "string" ? body.replace(/ organization \{[^}]*\}/, "") : body,
	});
};

test("linear signs in with an emulated Linear, refreshes once per refresh token, and revokes", async () => {
	const app = { ...registrationOf(CLIENT), scopes: ["read"] };
	const url = await emulate("linear", { organization: { name: "Acme" }, users: [ADA], oauth_apps: [app] });
	const endpoints = {
		authorization: `${url}/oauth/authorize`,
		token: `${url}/oauth/token`,
		revocation: `${url}/oauth/revoke`,
		user: `${url}/graphql`,
	};
	const provider = linear({ ...CLIENT, endpoints, fetch: withoutOrganization });
	const callback = await chooseAccount(provider, url, ADA.email);
	const { providerUser, profile, tokens } = await provider.handleCallback(callback);
	expect(providerUser).toMatchObject({ active: true, app: false, guest: false });
	expect(profile).toMatchObject({ id: providerUser.id, name: ADA.name, email: ADA.email });
	expect(tokens.scope).toEqual(["read"]);
	expect(await failureOf(provider.handleCallback(callback), "FAILED_REQUEST")).toMatchObject({
		providerError: "invalid_grant",
	});

	const refreshToken = `${tokens.refreshToken}`;
	const fresh = await provider.refreshTokens(refreshToken);
	expect(fresh.refreshToken).not.toBe(refreshToken);
	await failureOf(provider.refreshTokens(refreshToken), "INVALID_GRANT");
	await provider.revokeToken(`${fresh.refreshToken}`);
	await failureOf(provider.refreshTokens(`${fresh.refreshToken}`), "INVALID_GRANT");
});
