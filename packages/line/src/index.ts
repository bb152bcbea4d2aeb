import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig } from "@oauth/oidc";

export interface LINEConfig extends OidcProviderConfig {}

/** The claims of the ID token. */
export interface LINEUser extends IdTokenClaims {
	/** How the user signed in to LINE, such as `linesso` or `lineqr`. */
	amr?: string[];
	name?: string;
	/** Absent if the user has set none. */
	picture?: string;
	/** Sent only if the app asks for it, the channel has the permission and the user agrees. */
	email?: string;
}

/**
 * Sign in with LINE.
 *
 * @see https://developers.line.biz/en/docs/line-login/integrate-line-login/
 */
export const line = defineOidcProvider<LINEConfig, LINEUser>({
	id: "line",
	name: "LINE",
	issuer: "https://access.line.me",
	endpoints: {
		authorization: "https://access.line.me/oauth2/v2.1/authorize",
		token: "https://api.line.me/oauth2/v2.1/token",
		revocation: "https://api.line.me/oauth2/v2.1/revoke",
		api: "https://api.line.me",
	},
	clientAuth: "client_secret_post",
	// Web login uses HS256, whatever the discovery document says. The key is the channel secret.
	algorithms: ["HS256"],
	emailNeedsGrant: true,
	tokenPolicy: { rotation: "never", revocableToken: "access_token" },

	// RFC 7009 names the parameter `token`.
	revocationRequest: (token) => ({ form: { access_token: token } }),
});

export default line;
