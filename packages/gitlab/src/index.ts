import { defineProvider, failure, type ProviderConfig } from "@oauth/core";

export interface GitLabConfig extends ProviderConfig {
	redirectUri: string;
	/** The address of a GitLab of your own, such as `https://gitlab.example.com`. */
	baseUrl?: string;
}

/** `GET /api/v4/user` */
export interface GitLabUser {
	id: number;
	username: string;
	name: string;
	/** `active`, or `blocked`, `banned`, `deactivated` and the like: such a user is refused. */
	state: string;
	/** For a while, after too many wrong passwords. Absent on an old server. */
	locked?: boolean;
	/** The primary address, whether it is public or not. */
	email: string;
	/** When the account's address was confirmed; `null` until then. */
	confirmed_at: string | null;
	/** The address that the person shows to others, if any. */
	public_email?: string | null;
	avatar_url: string | null;
	web_url: string;
	/** Such as `en` or `pt_BR`. Absent on an old server. */
	preferred_language?: string | null;
}

/**
 * Sign in with GitLab.
 *
 * @see https://docs.gitlab.com/api/oauth2/
 */
export const gitlab = defineProvider<GitLabConfig, GitLabUser>(({ baseUrl, redirectUri }) => {
	const address = baseUrl ?? "https://gitlab.com";
	// In one spelling, because it becomes a part of the users' ids.
	const web = (URL.canParse(address) ? new URL(address).href : address).replace(/\/+$/, "");
	return {
		id: "gitlab",
		name: "GitLab",
		issuer: web,
		endpoints: {
			authorization: `${web}/oauth/authorize`,
			token: `${web}/oauth/token`,
			revocation: `${web}/oauth/revoke`,
			user: `${web}/api/v4/user`,
		},
		idServer: web === "https://gitlab.com" ? undefined : web.replace("https://", ""),
		clientAuth: "client_secret_post",
		pkce: "S256",
		scope: ["read_user"],
		required: { redirectUri },

		// A token can outlive the account's good standing.
		async getUser(context) {
			const user = await context.get(context.endpoints.user);
			if (user.state && user.state !== "active")
				throw failure(context, "FAILED_REQUEST", { step: "user", detail: "state" });
			return user;
		},

		toProfile: ({ id, username, name, email, confirmed_at, avatar_url, web_url, preferred_language }) => ({
			id,
			username,
			name,
			email,
			emailVerified: !!confirmed_at,
			picture: avatar_url,
			locale: preferred_language,
			url: web_url,
		}),
	};
});

export default gitlab;
