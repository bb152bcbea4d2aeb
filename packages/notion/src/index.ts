import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface NotionConfig extends ProviderConfig {
	redirectUri: string;
}

/** The `owner.user` of the token answer. Only the id is always there. */
export interface NotionUser {
	object: "user";
	/** A UUID. */
	id: string;
	type?: "person";
	name?: string | null;
	avatar_url?: string | null;
	/** The address comes with the capability to read user information including e-mail addresses. */
	person?: { email?: string };
}

/**
 * Sign in with Notion.
 *
 * @see https://developers.notion.com/guides/get-started/authorization
 */
export const notion = defineProvider<NotionConfig, NotionUser>(({ redirectUri }) => ({
	id: "notion",
	name: "Notion",
	endpoints: {
		authorization: "https://api.notion.com/v1/oauth/authorize",
		token: "https://api.notion.com/v1/oauth/token",
		revocation: "https://api.notion.com/v1/oauth/revoke",
	},
	headers: { "notion-version": "2022-06-28" },
	clientAuth: "client_secret_basic",
	pkce: "unsupported",
	scope: [],
	authorizationParams: { owner: "user" },
	required: { redirectUri },

	// The person comes with the tokens. `/v1/users/me` would be the app's bot.
	async getUser({ tokens }) {
		const { owner } = tokens.raw as { owner: { user: NotionUser } };
		return owner.user;
	},

	// Nothing says whether the address is verified.
	toProfile: ({ id, name, avatar_url, person }) => ({
		id,
		name,
		email: person?.email,
		picture: avatar_url,
	}),

	revocationRequest: (token) => ({ json: { token } }),
}));

export default notion;
