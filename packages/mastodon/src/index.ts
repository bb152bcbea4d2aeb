import { defineProvider, type ProviderConfig } from "@oauth/core";
import { id, originOf, scope } from "./register-app.js";

export { type MastodonApp, type MastodonAppSettings, registerMastodonApp } from "./register-app.js";

export interface MastodonConfig extends ProviderConfig {
	redirectUri: string;
	/** The server's address, such as `https://mastodon.social`. What follows the host is left out. */
	baseUrl: string;
}

/** `GET /api/v1/accounts/verify_credentials` */
export interface MastodonUser {
	/** Unique on this server only. */
	id: string;
	/** Without the server. */
	username: string;
	acct: string;
	/** Can be empty, and can hold the codes of custom emoji, such as `:blobcat:`. */
	display_name: string;
	/** The profile's page. */
	url: string;
	/** The address of the ActivityPub actor. Absent on an old server. */
	uri?: string;
	avatar: string;
	bot: boolean;
	created_at: string;
}

/**
 * Sign in with Mastodon.
 *
 * @see https://docs.joinmastodon.org/methods/oauth/
 */
export const mastodon = defineProvider<MastodonConfig, MastodonUser>(({ baseUrl, redirectUri }) => {
	const web = originOf(baseUrl);
	return {
		id,
		name: "Mastodon",
		issuer: `${web}/`,
		endpoints: {
			authorization: `${web}/oauth/authorize`,
			token: `${web}/oauth/token`,
			revocation: `${web}/oauth/revoke`,
			user: `${web}/api/v1/accounts/verify_credentials`,
		},
		idServer: web.replace("https://", ""),
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope,
		required: { baseUrl: web, redirectUri },
		refresh: false,

		getUser: ({ get, endpoints }) => get(endpoints.user),

		toProfile: ({ id, username, display_name, avatar, url }) => ({
			id,
			username,
			name: display_name || username,
			picture: avatar,
			url,
		}),
	};
});

export default mastodon;
