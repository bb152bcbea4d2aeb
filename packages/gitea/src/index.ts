import {
	defineProvider,
	normalizeUrl,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";

export interface GiteaConfig extends ProviderConfig {
	/**
	 * The URL of the Gitea or Forgejo server, such as `https://gitea.com` or `https://codeberg.org`, with the path if it has
	 * one.
	 */
	baseUrl: string | undefined;
}

/** `GET /api/v1/user` */
export interface GiteaUser {
	id: number;
	/** Unique on the server. Users can rename themselves. */
	login: string;
	/** Empty if the user has set none. */
	full_name: string;
	/** The primary e-mail address, whether it is hidden from others or not. */
	email: string;
	avatar_url: string;
	/** The profile's page. Absent on an old server. */
	html_url?: string;
	/** Such as `en-US`. Empty if the user has chosen none. */
	language: string;
	/** Whether the user administers the server. */
	is_admin: boolean;
	/** Whether the user sees only what they are a member of. */
	restricted: boolean;
	created: string;
	/** `public`, `limited` or `private`. */
	visibility: string;
}

/**
 * Sign in with Gitea.
 *
 * @see https://docs.gitea.com/development/oauth2-provider
 */
export const gitea = defineProvider(({ baseUrl }: GiteaConfig): ProviderDefinition<GiteaUser> => {
	const web = normalizeUrl(baseUrl);
	return {
		id: "gitea",
		name: "Gitea",
		endpoints: {
			authorization: `${web}/login/oauth/authorize`,
			token: `${web}/login/oauth/access_token`,
			user: `${web}/api/v1/user`,
			api: `${web}/api/v1`,
		},
		idServer: web,
		clientAuth: "client_secret_post",
		pkce: "S256",
		// Without it, a token of a newer Gitea can do all that the user can.
		scope: ["read:user"],
		required: { baseUrl },
		invalid: { baseUrl: urlProblem(baseUrl) },
		// Descriptions. Their error code, `unauthorized_client`, also means a wrong client secret.
		invalidGrantErrors: ["unable to parse refresh token", "token was already used"],

		// A server marks every e-mail address as verified, unless it is set to confirm them.
		toProfile: ({ id, login, full_name, email, avatar_url, language, html_url }) => ({
			id,
			username: login,
			name: full_name,
			email,
			picture: avatar_url,
			locale: language,
			url: html_url,
		}),
	};
});

export default gitea;
