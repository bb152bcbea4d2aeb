import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface WebexConfig extends ProviderConfig, EmailConfig {}

/** `GET /v1/userinfo` */
export interface WebexUser {
	sub: string;
	/** The full name. */
	name?: string;
	given_name?: string;
	family_name?: string;
	email?: string;
	/** Text, `"true"` or `"false"`: both are truthy. */
	email_verified?: string;
	locale?: string;
	/** Present with the scope `phone`. */
	phone?: string;
}

const DEAD_REFRESH_TOKEN = "The refresh token provided is expired, revoked, malformed, or invalid";

/**
 * Sign in with Webex.
 *
 * @see https://developer.webex.com/docs/login-with-webex
 */
export const webex = defineProvider<WebexConfig, WebexUser>({
	id: "webex",
	name: "Webex",
	endpoints: {
		authorization: "https://webexapis.com/v1/authorize",
		token: "https://webexapis.com/v1/access_token",
		// In place of the ID token, which has no name and no address, and whose issuer depends on the user's region.
		user: "https://webexapis.com/v1/userinfo",
		api: "https://webexapis.com/v1",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Required with `openid`. PKCE is what binds the code to this sign-in.
	nonce: true,
	scope: ["openid", "profile"],
	emailScope: "email",
	// The words that Webex's own client quotes, which may have lost a full stop.
	invalidGrantErrors: [DEAD_REFRESH_TOKEN, `${DEAD_REFRESH_TOKEN}.`],

	toProfile: ({ sub, name, given_name, family_name, email, email_verified, locale }) => ({
		id: sub,
		name,
		givenName: given_name,
		familyName: family_name,
		email,
		emailVerified: email_verified,
		locale,
	}),
});

export default webex;
