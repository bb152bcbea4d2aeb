import { urlProblem } from "@oauth/core/provider";
import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	type StandardClaims,
} from "@oauth/oidc";

export interface KeycloakConfig extends Omit<OidcProviderConfig, "issuer"> {
	/** The URL of the realm, such as `https://auth.example.com/realms/myrealm`. */
	realmUrl: string | undefined;
}

/** The claims of the ID token, joined with the userinfo response where the ID token lacks the user's. */
export interface KeycloakUser extends IdTokenClaims, StandardClaims {
	/** The user's session at Keycloak. */
	sid?: string;
	/** What the realm's or the client's mappers add. */
	[claim: string]: unknown;
}

/**
 * Sign in with Keycloak.
 *
 * @see https://www.keycloak.org/securing-apps/oidc-layers
 */
export const keycloak = defineOidcProvider(({ realmUrl }: KeycloakConfig): OidcDefinition<KeycloakUser> => {
	const issuer = `${realmUrl}`.replace(/\/+$/, "");
	const openid = `${issuer}/protocol/openid-connect`;
	return {
		id: "keycloak",
		name: "Keycloak",
		issuer,
		manyIssuers: true,
		required: { realmUrl },
		invalid: { realmUrl: urlProblem(realmUrl) },
		// Not discovered: a realm announces `iss` in its callbacks even where a client has switched it off, and names its
		// endpoints by the host that it was asked at.
		endpoints: {
			authorization: `${openid}/auth`,
			token: `${openid}/token`,
			jwks: `${openid}/certs`,
			userinfo: `${openid}/userinfo`,
			revocation: `${openid}/revoke`,
		},

		// Everybody has a user name: without it the realm's mappers leave the user out of the ID token.
		isComplete: ({ preferred_username }) => !!preferred_username,
	};
});

export default keycloak;
