import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig } from "@oauth/oidc";

export interface VercelConfig extends OidcProviderConfig {}

/** The claims of the ID token, joined with the userinfo response where that was needed. */
export interface VercelUser extends IdTokenClaims {
	/** Absent, like `preferred_username` and `picture`, until the app has the permission `profile`. */
	name?: string;
	preferred_username?: string;
	/** Absent also if the user has no avatar. */
	picture?: string;
	/** Absent unless the app asks for it and has the permission `email`. */
	email?: string;
	/** In the userinfo response only. */
	email_verified?: boolean;
}

/**
 * Sign in with Vercel.
 *
 * @see https://vercel.com/docs/sign-in-with-vercel/authorization-server-api
 */
export const vercel = defineOidcProvider<VercelConfig, VercelUser>({
	id: "vercel",
	name: "Vercel",
	issuer: "https://vercel.com",
	endpoints: {
		authorization: "https://vercel.com/oauth/authorize",
		token: "https://api.vercel.com/login/oauth/token",
		jwks: "https://vercel.com/.well-known/jwks",
		userinfo: "https://api.vercel.com/login/oauth/userinfo",
		revocation: "https://api.vercel.com/login/oauth/token/revoke",
		api: "https://api.vercel.com",
	},
	clientAuth: "client_secret_post",
	emailNeedsGrant: true,

	// The ID token has the e-mail address, but does not say whether it is verified.
	isComplete: ({ name, email }) => !!name && !email,
});

export default vercel;
