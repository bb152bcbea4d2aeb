import {
	defineProvider,
	normalizeUrl,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";

export interface GitLabConfig extends ProviderConfig {
	/**
	 * The URL of a self-managed GitLab, such as `https://gitlab.example.com`, with the path if it has one. It is also the
	 * issuer, so write it as users see it in the browser.
	 *
	 * @default "https://gitlab.com"
	 */
	baseUrl?: string | undefined;
}

/** `GET /api/v4/user` */
export interface GitLabUser {
	id: number;
	username: string;
	name: string;
	/** `active`. A user in another state, such as `blocked`, `banned` or `deactivated`, is refused. */
	state: string;
	/** `true` for a while after too many wrong passwords. Absent on an old server. */
	locked?: boolean;
	/** The primary e-mail address, whether it is public or not. */
	email: string;
	/** The date on which the primary address was confirmed; `null` until then. */
	confirmed_at: string | null;
	/** The e-mail address that the user shows to others, if any. */
	public_email?: string | null;
	avatar_url: string | null;
	web_url: string;
	/** Such as `en` or `pt_BR`. Absent on an old server. */
	preferred_language?: string | null;
}

const GITLAB = "https://gitlab.com";

/**
 * Sign in with GitLab.
 *
 * @see https://docs.gitlab.com/api/oauth2/
 */
export const gitlab = defineProvider(({ baseUrl = GITLAB }: GitLabConfig): ProviderDefinition<GitLabUser> => {
	const web = normalizeUrl(baseUrl);
	return {
		id: "gitlab",
		name: "GitLab",
		issuer: web,
		endpoints: {
			authorization: `${web}/oauth/authorize`,
			token: `${web}/oauth/token`,
			revocation: `${web}/oauth/revoke`,
			user: `${web}/api/v4/user`,
			api: `${web}/api/v4`,
		},
		idServer: web === GITLAB ? undefined : web,
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope: ["read_user"],
		invalid: { baseUrl: urlProblem(baseUrl) },
		tokenPolicy: { endsAccessToken: true },

		// A token can still be valid when the account is blocked.
		accountProblem: ({ state }) => state && state !== "active" && `is "${state}" and not "active"`,

		toProfile: ({ id, username, name, email, confirmed_at, avatar_url, web_url, preferred_language }) => ({
			id,
			username,
			name,
			email,
			emailVerified: typeof confirmed_at === "string" && /^\d{4}-\d\d-\d\dT/.test(confirmed_at),
			picture: avatar_url,
			locale: preferred_language,
			url: web_url,
		}),
	};
});

export default gitlab;
