import {
	defineProvider,
	type EmailConfig,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";

export interface GitHubConfig extends Omit<ProviderConfig, "redirectUri">, EmailConfig {
	/**
	 * The URL of the callback, as registered. Always set it: without it GitHub redirects to the first registered URL, and
	 * the flow's cookie is `Secure` even if you develop over http.
	 */
	redirectUri?: string | undefined;
	/**
	 * The URL of a GitHub Enterprise Server, such as `https://github.example.com`, or of an enterprise with data residency,
	 * such as `https://octocorp.ghe.com`.
	 *
	 * @default "https://github.com"
	 */
	baseUrl?: string | undefined;
}

/** `GET /user`, joined with `GET /user/emails` */
export interface GitHubUser {
	id: number;
	login: string;
	name: string | null;
	avatar_url: string;
	html_url: string;
	/** Empty with `email: false`, or if the app may not read them. */
	emails: { email: string; primary: boolean; verified: boolean; visibility: string | null }[];
}

const GITHUB = "https://github.com";

/**
 * Sign in with GitHub.
 *
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export const github = defineProvider(
	({ baseUrl = GITHUB, clientId }: GitHubConfig): ProviderDefinition<GitHubUser, "user" | "emails"> => {
		// Parsed into one spelling, because the host becomes part of the user's id. `invalid` refuses a wrong URL.
		const { origin, host } = new URL(urlProblem(baseUrl) ? GITHUB : baseUrl);
		const isCloud = origin === GITHUB || host.endsWith(".ghe.com");
		const api = isCloud ? `https://api.${host}` : `${origin}/api/v3`;
		return {
			id: "github",
			name: "GitHub",
			issuer: `${origin}/login/oauth`,
			endpoints: {
				authorization: `${origin}/login/oauth/authorize`,
				token: `${origin}/login/oauth/access_token`,
				revocation: `${api}/applications/${clientId}/token`,
				user: `${api}/user`,
				emails: `${api}/user/emails`,
				api,
			},
			idServer: origin === GITHUB ? undefined : origin,
			clientAuth: "client_secret_post",
			pkce: "S256",
			scope: [],
			emailScope: "user:email",
			loginHintParam: "login",
			redirectUriOptional: true,
			invalid: { baseUrl: urlProblem(baseUrl) },
			tokenPolicy: { endsAccessToken: true, revocableToken: "access_token" },
			invalidGrantErrors: ["bad_refresh_token"],

			// `/user` has only the public e-mail address, and does not say whether it is verified.
			async getUser({ get, optional, endpoints, email }) {
				const [user, emails] = await Promise.all([
					get(endpoints.user),
					// The statuses for a GitHub App without the permission.
					email && optional(get(endpoints.emails, { absentOn: [403, 404] })),
				]);
				return { ...user, emails: Array.isArray(emails) ? emails : [] };
			},

			toProfile: ({ id, login, name, avatar_url, html_url, emails }) => {
				const primary = emails.find((entry) => entry?.primary === true);
				return {
					id,
					username: login,
					name,
					email: primary?.email,
					emailVerified: primary?.verified,
					picture: avatar_url,
					url: html_url,
				};
			},

			revocationRequest: (token) => ({
				method: "DELETE",
				clientAuth: "client_secret_basic",
				json: { access_token: token },
			}),
		};
	},
);

export default github;
