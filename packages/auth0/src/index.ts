import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	toProfile,
} from "@oauth/oidc";

export interface Auth0Config extends Omit<OidcProviderConfig, "issuer"> {
	/** The tenant's or the custom domain, such as `example.eu.auth0.com`. `https://` and a final slash do no harm. */
	domain: string | undefined;
	/** The identifier of the API that the access token is for, such as `https://api.example.com`. */
	audience?: string | undefined;
	/** The connection to use without asking, such as `google-oauth2`. It is only a hint, which the user can change. */
	connection?: string | undefined;
	/**
	 * The organization that the user must sign in to: its id, such as `org_abc123`, or its name. It is checked in the ID
	 * token.
	 */
	organization?: string | undefined;
}

/** The claims of the ID token. */
export interface Auth0User extends IdTokenClaims {
	/** The connection's strategy and the user's id there, such as `auth0|6500000000000000000000aa`. */
	sub: string;
	nickname?: string;
	name?: string;
	given_name?: string;
	family_name?: string;
	picture?: string;
	email?: string;
	email_verified?: boolean;
	locale?: string;
	/** The user's session at Auth0. */
	sid?: string;
	org_id?: string;
	/** Sent only if the tenant allows names of organizations. */
	org_name?: string;
}

/**
 * Sign in with Auth0.
 *
 * @see https://auth0.com/docs/api/authentication
 */
export const auth0 = defineOidcProvider(
	({ domain, audience, connection, organization }: Auth0Config): OidcDefinition<Auth0User> => {
		const host = domain && /^(?:https:\/\/)?([\w.-]+)\/?$/.exec(domain)?.[1]?.toLowerCase();
		const tenant = `https://${host}`;
		return {
			id: "auth0",
			name: "Auth0",
			issuer: `${tenant}/`,
			manyIssuers: true,
			required: { domain },
			invalid: {
				domain: !host && "must look like example.eu.auth0.com",
				organization: organization === "" && "must be an id, such as org_abc123, or a name",
			},
			endpoints: {
				authorization: `${tenant}/authorize`,
				token: `${tenant}/oauth/token`,
				jwks: `${tenant}/.well-known/jwks.json`,
				revocation: `${tenant}/oauth/revoke`,
			},
			clientAuth: "client_secret_post",
			algorithms: ["RS256", "RS512", "PS256"],
			authorizationParams: { audience, connection, organization },

			// `organization` in the request is only a hint: the user can change it in the URL.
			findWrongClaim(claims) {
				if (organization === undefined) return undefined;
				const claim = organization.startsWith("org_") ? "org_id" : "org_name";
				const expected = claim === "org_id" ? organization : organization.toLowerCase();
				return claims[claim] === expected ? undefined : claim;
			},

			toProfile: (claims) => ({ ...toProfile(claims), username: claims.nickname }),
		};
	},
);

export default auth0;
