import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface GitHubConfig extends ProviderConfig {
	/** The address of a GitHub Enterprise Server, such as `https://github.example.com`. */
	baseUrl?: string;
}

/** `GET /user`, joined with `GET /user/emails`. */
export interface GitHubUser {
	id: number;
	login: string;
	name: string | null;
	avatar_url: string;
	html_url: string;
	/** Empty where the app may not read them: a GitHub App needs the permission for it. */
	emails: { email: string; primary: boolean; verified: boolean; visibility: string | null }[];
}

/**
 * Sign in with GitHub.
 *
 * @see https://docs.github.com/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export const github = defineProvider<GitHubConfig, GitHubUser>(({ baseUrl, clientId }) => {
	const web = (baseUrl ?? "https://github.com").replace(/\/$/, "");
	const api = baseUrl ? `${web}/api/v3` : "https://api.github.com";
	return {
		id: "github",
		name: "GitHub",
		issuer: `${web}/login/oauth`,
		endpoints: {
			authorization: `${web}/login/oauth/authorize`,
			token: `${web}/login/oauth/access_token`,
			revocation: `${api}/applications/${clientId}/token`,
			user: `${api}/user`,
			emails: `${api}/user/emails`,
		},
		idServer: baseUrl && web.replace(/^https:\/\//, ""),
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope: ["read:user", "user:email"],
		loginHintParam: "login",

		// The e-mail of `/user` is the public one, and nothing there says whether it is verified.
		async getUser({ get, endpoints }) {
			const [user, emails] = await Promise.all([
				get(endpoints.user),
				get(endpoints.emails, { absentOn: [403, 404] }),
			]);
			return { ...user, emails: emails ?? [] };
		},

		toProfile: ({ id, login, name, avatar_url, html_url, emails }) => {
			const primary = emails.find((entry) => entry.primary);
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
});

export default github;
