import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface AsanaConfig extends ProviderConfig, EmailConfig {}

/** `GET /api/1.0/openid_connect/userinfo` */
export interface AsanaUser {
	sub: string;
	/** Present with the scope `profile`, like `picture`. */
	name?: string;
	/** Absent if the user has none. */
	picture?: string;
	/** Present with the scope `email`. */
	email?: string;
}

/**
 * Sign in with Asana.
 *
 * @see https://developers.asana.com/docs/oauth
 */
export const asana = defineProvider<AsanaConfig, AsanaUser>({
	id: "asana",
	name: "Asana",
	endpoints: {
		authorization: "https://app.asana.com/-/oauth_authorize",
		token: "https://app.asana.com/-/oauth_token",
		revocation: "https://app.asana.com/-/oauth_revoke",
		// Neither `/users/me`, which takes a further scope, nor the ID token, which has no nonce of this sign-in.
		user: "https://app.asana.com/api/1.0/openid_connect/userinfo",
		api: "https://app.asana.com/api/1.0",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	scope: ["openid", "profile"],
	emailScope: "email",
	emailNeedsGrant: true,
	tokenPolicy: { rotation: "never" },

	// Asana does not say whether the e-mail address is verified.
	toProfile: ({ sub, name, picture, email }) => ({ id: sub, name, picture, email }),
});

export default asana;
