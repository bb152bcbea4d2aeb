import {
	defineProvider,
	normalizeUrl,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";

export interface MattermostConfig extends ProviderConfig {
	/** The URL of the Mattermost server, such as `https://mattermost.example.com`, with the path if it has one. */
	baseUrl: string | undefined;
}

/** `GET /api/v4/users/me` */
export interface MattermostUser {
	id: string;
	/** Unique on the server. Users can rename themselves. */
	username: string;
	/** Unique on the server. */
	email: string;
	/** Absent if the address is not verified. */
	email_verified?: boolean;
	/** Empty if the user has set none, like `last_name`, `nickname` and `position`. */
	first_name: string;
	last_name: string;
	nickname: string;
	position: string;
	/** Separated by spaces: `system_user`, `system_admin`, `system_guest` and others. */
	roles: string;
	/** Such as `en` or `pt-BR`. */
	locale: string;
	/** How the user signs in: `ldap`, `saml`, `gitlab` and others. Empty for a password. */
	auth_service: string;
	/** In milliseconds, like all times. */
	create_at: number;
	/** When the account was deactivated. Such a user is refused; for all others it is 0. */
	delete_at: number;
	/** Absent if the account is not a bot's. */
	is_bot?: boolean;
}

/**
 * Sign in with Mattermost.
 *
 * @see https://developers.mattermost.com/integrate/apps/authentication/oauth2/
 */
export const mattermost = defineProvider(
	({ baseUrl }: MattermostConfig): ProviderDefinition<MattermostUser> => {
		const web = normalizeUrl(baseUrl);
		return {
			id: "mattermost",
			name: "Mattermost",
			endpoints: {
				authorization: `${web}/oauth/authorize`,
				token: `${web}/oauth/access_token`,
				user: `${web}/api/v4/users/me`,
				api: `${web}/api/v4`,
			},
			idServer: web,
			clientAuth: "client_secret_post",
			pkce: "S256",
			scope: [],
			// An error has an `id` too, which is not that of a user.
			userRequest: {
				findProblem: (response) => (Object(response).status_code ? "the response is an error" : undefined),
			},
			required: { baseUrl },
			invalid: { baseUrl: urlProblem(baseUrl) },
			tokenPolicy: { endsAccessToken: true },
			// The `id` of an error: its message is in the server's language.
			invalidGrantErrors: [
				"api.oauth.get_access_token.refresh_token.app_error",
				"api.oauth.get_access_token.client_id_mismatch.app_error",
				// The account is deactivated.
				"api.oauth.get_access_token.expired_code.app_error",
			],

			// A token can still be valid when the account is deactivated.
			accountProblem: ({ delete_at }) => delete_at > 0 && "is deactivated",

			toProfile: ({ id, username, first_name, last_name, email, email_verified, locale }) => ({
				id,
				username,
				givenName: first_name,
				familyName: last_name,
				email,
				emailVerified: email_verified ?? false,
				locale,
			}),
		};
	},
);

export default mattermost;
