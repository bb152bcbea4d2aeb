import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig } from "@oauth/oidc";

export interface RailwayConfig extends OidcProviderConfig {}

/** The claims of the ID token, joined with the response of `GET /oauth/me`. */
export interface RailwayUser extends IdTokenClaims {
	name?: string;
	picture?: string;
	/** Nothing says whether it is verified. */
	email?: string;
}

/**
 * Sign in with Railway.
 *
 * @see https://docs.railway.com/integrations/oauth/login-and-tokens
 */
export const railway = defineOidcProvider<RailwayConfig, RailwayUser>({
	id: "railway",
	name: "Railway",
	issuer: "https://backboard.railway.com",
	authorizationResponseIss: true,
	endpoints: {
		authorization: "https://backboard.railway.com/oauth/auth",
		token: "https://backboard.railway.com/oauth/token",
		jwks: "https://backboard.railway.com/oauth/jwks",
		userinfo: "https://backboard.railway.com/oauth/me",
		api: "https://backboard.railway.com",
	},

	// The ID token has no claims about the user but `sub`.
	isComplete: () => false,
});

export default railway;
