import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";

export interface TwitchConfig extends OidcProviderConfig {}

/** The claims of the ID token. */
export interface TwitchUser extends IdTokenClaims {
	/** Absent if the account has no e-mail address. */
	email?: string;
	email_verified?: boolean;
	picture?: string;
	/** The display name, which is not always the login. */
	preferred_username?: string;
}

/**
 * Sign in with Twitch.
 *
 * @see https://dev.twitch.tv/docs/authentication/getting-tokens-oidc/#oidc-authorization-code-grant-flow
 */
export const twitch = defineOidcProvider(({ email = true }: TwitchConfig): OidcDefinition<TwitchUser> => {
	// The ID token has only `sub`, unless each other claim is asked for.
	const claims = {
		...(email && { email: null, email_verified: null }),
		picture: null,
		preferred_username: null,
	};
	return {
		id: "twitch",
		name: "Twitch",
		issuer: "https://id.twitch.tv/oauth2",
		endpoints: {
			authorization: "https://id.twitch.tv/oauth2/authorize",
			token: "https://id.twitch.tv/oauth2/token",
			jwks: "https://id.twitch.tv/oauth2/keys",
			revocation: "https://id.twitch.tv/oauth2/revoke",
			api: "https://api.twitch.tv/helix",
		},
		clientAuth: "client_secret_post",
		algorithms: ["RS256"],
		tokenPolicy: { revocableToken: "access_token" },
		scope: ["openid"],
		emailScope: "user:read:email",
		authorizationParams: { claims: JSON.stringify({ id_token: claims }) },
		invalidGrantErrors: ["Invalid refresh token"],

		toProfile: ({ sub, preferred_username, email, email_verified, picture }) => ({
			id: sub,
			username: preferred_username,
			name: preferred_username,
			email,
			emailVerified: email_verified,
			picture,
		}),

		// With the client id, but without the secret.
		revocationRequest: (token) => ({ clientAuth: "none", form: { token } }),
	};
});

export default twitch;
