import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface NetlifyConfig extends ProviderConfig {}

/** `GET /api/v1/user` */
export interface NetlifyUser {
	/** 24 hexadecimal digits. */
	id: string;
	/** Not the user's id: Netlify documents it as text, but sends null. */
	uid?: string | null;
	full_name?: string | null;
	/** Nothing says whether it is verified. */
	email?: string;
	avatar_url?: string;
	affiliate_id?: string;
	site_count?: number;
	/** How the user can sign in to Netlify, such as `github` or `password`. */
	login_providers?: string[];
	onboarding_progress?: { slides?: string };
	created_at?: string;
	last_login?: string;
}

/**
 * Sign in with Netlify.
 *
 * @see https://docs.netlify.com/api-and-cli-guides/api-guides/get-started-with-api/
 */
export const netlify = defineProvider<NetlifyConfig, NetlifyUser>({
	id: "netlify",
	name: "Netlify",
	endpoints: {
		authorization: "https://app.netlify.com/authorize",
		token: "https://api.netlify.com/oauth/token",
		user: "https://api.netlify.com/api/v1/user",
		api: "https://api.netlify.com/api/v1",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Netlify has no scopes.
	scope: [],
	refresh: false,

	toProfile: ({ id, full_name, email, avatar_url }) => ({ id, name: full_name, email, picture: avatar_url }),
});

export default netlify;
