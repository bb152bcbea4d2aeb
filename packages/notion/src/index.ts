import { defineProvider, failure, type ProviderConfig } from "@oauth/core/provider";

export interface NotionConfig extends ProviderConfig {}

/** The `owner.user` of the token response. Only the id is always there. */
export interface NotionUser {
	object: "user";
	/** A UUID. */
	id: string;
	type?: "person";
	name?: string | null;
	avatar_url?: string | null;
	/** `email` needs the capability to read user information including e-mail addresses. */
	person?: { email?: string };
}

/**
 * Sign in with Notion.
 *
 * @see https://developers.notion.com/guides/get-started/authorization
 */
export const notion = defineProvider<NotionConfig, NotionUser>({
	id: "notion",
	name: "Notion",
	endpoints: {
		authorization: "https://api.notion.com/v1/oauth/authorize",
		token: "https://api.notion.com/v1/oauth/token",
		revocation: "https://api.notion.com/v1/oauth/revoke",
		api: "https://api.notion.com",
	},
	headers: { "notion-version": "2022-06-28" },
	clientAuth: "client_secret_basic",
	tokenRequestBody: "json",
	pkce: "unsupported",
	scope: [],
	authorizationParams: { owner: "user" },
	tokenPolicy: { revocableToken: "access_token" },

	// The user comes with the tokens. `/v1/users/me` would be the app's bot.
	async getUser({ client, tokens }) {
		const { owner } = tokens.raw as { owner?: { user?: NotionUser } };
		if (owner?.user) return owner.user;
		throw failure(client, "INVALID_PROFILE", { step: "user", reason: "the token's owner is not a user" });
	},

	// Notion does not say whether the address is verified.
	toProfile: ({ id, name, avatar_url, person }) => ({
		id,
		name,
		email: person?.email,
		picture: avatar_url,
	}),

	revocationRequest: (token) => ({ json: { token } }),
});

export default notion;
