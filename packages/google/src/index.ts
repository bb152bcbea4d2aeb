import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";

export interface GoogleConfig extends OidcProviderConfig {
	/**
	 * The Google Workspace domain that the user must belong to, such as `example.com`; `*` for any. It is sent as `hd` and
	 * checked in the ID token.
	 */
	hostedDomain?: string | undefined;
	/** `offline` asks for a refresh token, which comes only with the first consent, or with the prompt `consent`. */
	accessType?: "online" | "offline" | undefined;
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
export const google = defineOidcProvider(
	({ hostedDomain, accessType }: GoogleConfig): OidcDefinition<GoogleUser> => ({
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
			api: "https://www.googleapis.com",
		},
		clientAuth: "client_secret_post",
		algorithms: ["RS256"],
		tokenPolicy: { rotation: "never" },
		invalid: { hostedDomain: hostedDomain === "" && "must be a domain, or * for any" },
		authorizationParams: { access_type: accessType, hd: hostedDomain },

		// `hd` in the request is only a hint: the user can remove it from the URL.
		findWrongClaim({ hd }) {
			if (hostedDomain === undefined) return undefined;
			const isMember = hostedDomain === "*" ? hd : hd === hostedDomain.toLowerCase();
			return isMember ? undefined : "hd";
		},
	}),
);

export default google;
