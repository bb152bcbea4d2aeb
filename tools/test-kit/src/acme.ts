import { defineProvider, type ProviderConfig, type ProviderDefinition } from "@oauth/core/provider";

export interface AcmeUser {
	id: string | number;
	login: string;
	email?: string | null;
}

export const CLIENT = {
	clientId: "acme-client",
	clientSecret: "s3cr3t-of-the-client",
	redirectUri: "http://localhost:3000/login/acme/callback",
};

/** A test's changes to the definition. */
export type Quirks = Partial<ProviderDefinition<AcmeUser>>;

/** Defines a provider whose endpoints are at `url`, with no quirks but those that a test gives it. */
export function defineAcme(url: string, quirks: Quirks = {}) {
	return defineProvider<ProviderConfig, AcmeUser>({
		id: "acme",
		name: "Acme",
		endpoints: {
			authorization: `${url}/authorize`,
			token: `${url}/token`,
			revocation: `${url}/revoke`,
			user: `${url}/user`,
		},
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope: ["profile"],
		toProfile: ({ id, login, email }) => ({ id, username: login, email }),
		...quirks,
	});
}

export const TOKEN_RESPONSE = {
	access_token: "access-token-of-ada",
	token_type: "Bearer",
	expires_in: 3600,
	refresh_token: "refresh-token-of-ada",
	scope: "profile email",
};

export const ADA: AcmeUser = { id: 36, login: "ada", email: "ada@example.com" };
