import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface GumroadConfig extends ProviderConfig {}

/** The `user` of `GET /v2/user` */
export interface GumroadUser {
	/** Up to 13 digits, which never change. */
	id: string;
	/** A second id, which Gumroad documents as not in use. */
	user_id?: string;
	name: string | null;
	/** The name, or else the user name, or else the e-mail address. */
	display_name: string;
	/** Not verified: it is the new address as soon as the user has typed it. */
	email: string | null;
	/** The picture. Users without one have Gumroad's. */
	profile_url: string;
	/** The user's page. It moves when the user renames it. */
	url?: string;
	bio: string | null;
	twitter_handle: string | null;
	currency_type: string;
	/** The short names of the products in the user's shop. */
	links: string[] | null;
}

/**
 * Sign in with Gumroad.
 *
 * @see https://gumroad.com/api
 */
export const gumroad = defineProvider<GumroadConfig, GumroadUser>({
	id: "gumroad",
	name: "Gumroad",
	endpoints: {
		authorization: "https://gumroad.com/oauth/authorize",
		token: "https://gumroad.com/oauth/token",
		revocation: "https://gumroad.com/oauth/revoke",
		user: "https://api.gumroad.com/v2/user",
		api: "https://api.gumroad.com/v2",
	},
	userPath: "user",
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Brings the e-mail address too. `view_public`, the only smaller scope, is not open to apps that users register.
	scope: ["view_profile"],
	tokenPolicy: { endsAccessToken: true },

	// No fallback to `user_id`: one user would get two ids.
	toProfile: ({ id, name, email, profile_url, url }) => ({ id, name, email, picture: profile_url, url }),
});

export default gumroad;
