import {
	defineProvider,
	type EmailConfig,
	type ProviderConfig,
	type ProviderDefinition,
} from "@oauth/core/provider";
import type { Recording } from "@oauth/testing";

export interface AcmeConfig extends ProviderConfig, EmailConfig {
	/** The only team whose members may sign in. */
	team?: string | undefined;
}

export interface AcmeUser {
	user_id: number;
	login: string;
	avatar: { url: string } | null;
	team: { id: string };
	emails: { address: string; verified: boolean }[];
}

export type AcmeDefinition = ProviderDefinition<AcmeUser, "user" | "emails">;

/** A correct definition, as a provider package has it. */
export function acmeDefinition({ team }: AcmeConfig): AcmeDefinition {
	return {
		id: "acme",
		name: "Acme",
		issuer: "https://acme.example",
		endpoints: {
			authorization: "https://acme.example/authorize",
			token: "https://acme.example/token",
			revocation: "https://acme.example/revoke",
			user: "https://api.acme.example/me",
			emails: "https://api.acme.example/me/emails",
		},
		clientAuth: "client_secret_basic",
		pkce: "S256",
		scope: ["profile"],
		emailScope: "email",
		invalidGrantErrors: ["refresh_token_revoked"],

		async getUser({ get, optional, endpoints }) {
			const [user, emails] = await Promise.all([
				get(endpoints.user, {
					findProblem: (response) =>
						team && Object(response).team?.id !== team ? "the user is in another team" : undefined,
				}),
				optional(get(endpoints.emails)),
			]);
			return { ...user, emails: Array.isArray(emails) ? emails : [] };
		},

		toProfile: ({ user_id, login, avatar, emails }) => ({
			id: user_id,
			username: login,
			email: emails[0]?.address,
			emailVerified: emails[0]?.verified,
			picture: avatar?.url,
		}),
	};
}

export const acme = defineProvider(acmeDefinition);

export const recording: Recording = {
	sources: ["https://acme.example/docs"],
	config: { team: "rockets" },
	authorization: {
		url: "https://acme.example/authorize",
		scope: "profile email",
		email: { scope: "email", byDefault: true },
		pkce: true,
		iss: "https://acme.example",
	},
	token: {
		url: "https://acme.example/token",
		clientAuth: "client_secret_basic",
		answer: {
			access_token: "access-token-of-wile",
			token_type: "Bearer",
			expires_in: 3600,
			refresh_token: "refresh-token-of-wile",
			scope: "profile email",
		},
	},
	user: {
		"https://api.acme.example/me": {
			user_id: 42,
			login: "wile",
			avatar: { url: "https://acme.example/wile.png" },
			team: { id: "rockets" },
		},
		"https://api.acme.example/me/emails": [{ address: "wile@example.com", verified: true }],
	},
	id: { in: "https://api.acme.example/me", path: "user_id" },
	verified: { in: "https://api.acme.example/me/emails", path: "0.verified" },
	decisive: [{ in: "https://api.acme.example/me", path: "team.id", why: "the setting team reads it" }],
	profile: {
		id: "42",
		username: "wile",
		email: "wile@example.com",
		emailVerified: true,
		picture: "https://acme.example/wile.png",
	},
	tokenError: { status: 400, answer: { error: "invalid_grant" }, providerError: "invalid_grant" },
	refresh: {
		answer: { access_token: "fresh-access-of-wile", refresh_token: "fresh-refresh-of-wile" },
		invalidGrant: { status: 401, answer: { error: "refresh_token_revoked" } },
	},
	revocation: {
		url: "https://acme.example/revoke",
		method: "POST",
		clientAuth: "client_secret_basic",
		status: 200,
	},
};
