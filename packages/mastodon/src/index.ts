import {
	defineProvider,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";
import { id, originOf, scope } from "./register-app.js";

export { type MastodonApp, type MastodonAppSettings, registerMastodonApp } from "./register-app.js";

export interface MastodonConfig extends ProviderConfig {
	/** The server's URL, such as `https://mastodon.social`. What follows the host is left out. */
	baseUrl: string | undefined;
}

/** `GET /api/v1/accounts/verify_credentials` */
export interface MastodonUser {
	/** Unique on this server only. */
	id: string;
	/** Without the server. */
	username: string;
	acct: string;
	/** Can be empty, and can contain the codes of custom emoji, such as `:blobcat:`. */
	display_name: string;
	/** The profile's page. */
	url: string;
	/** The URL of the ActivityPub actor. Absent on an old server. */
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
export const mastodon = defineProvider(({ baseUrl }: MastodonConfig): ProviderDefinition<MastodonUser> => {
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
			// Followed by `/api/v1` or `/api/v2`.
			api: web,
		},
		idServer: web,
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope,
		required: { baseUrl },
		invalid: { baseUrl: urlProblem(baseUrl) },
		refresh: false,

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
