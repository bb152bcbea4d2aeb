import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig } from "@oauth/oidc";

export interface GoogleConfig extends OidcProviderConfig {
	redirectUri: string;
	/** The Google Workspace domain that the user must belong to, such as `example.com`; `*` for any. */
	hostedDomain?: string;
	/** `offline` asks for a refresh token, which comes the first time only, or with the prompt `consent`. */
	accessType?: "online" | "offline";
}

/** The claims of the ID token. */
export interface GoogleUser extends IdTokenClaims {
	email?: string;
	email_verified?: boolean;
	name?: string;
	given_name?: string;
	family_name?: string;
	picture?: string;
	locale?: string;
	profile?: string;
	/** The domain of a Google Workspace account. */
	hd?: string;
}

/**
 * Sign in with Google.
 *
 * @see https://developers.google.com/identity/openid-connect/openid-connect
 */
export const google = defineOidcProvider<GoogleConfig, GoogleUser>(({ hostedDomain, accessType }) => ({
	id: "google",
	name: "Google",
	issuer: "https://accounts.google.com",
	issuerAliases: ["accounts.google.com"],
	authorizationResponseIss: true,
	endpoints: {
		authorization: "https://accounts.google.com/o/oauth2/v2/auth",
		token: "https://oauth2.googleapis.com/token",
		jwks: "https://www.googleapis.com/oauth2/v3/certs",
		revocation: "https://oauth2.googleapis.com/revoke",
	},
	clientAuth: "client_secret_post",
	algorithms: ["RS256"],
	authorizationParams: { access_type: accessType, hd: hostedDomain },

	// The `hd` of the request is a hint, which the person can take out of the address.
	findWrongClaim: ({ hd }) =>
		hostedDomain !== undefined && (hostedDomain === "*" ? !hd : hd !== hostedDomain) ? "hd" : undefined,
}));

export default google;
