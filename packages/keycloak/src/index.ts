import { urlProblem } from "@oauth/core/provider";
import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	type StandardClaims,
} from "@oauth/oidc";

export interface KeycloakConfig extends Omit<OidcProviderConfig, "issuer"> {
	/** The URL of the realm, such as `https://auth.example.com/realms/myrealm`: the `issuer` in its discovery document. */
	realmUrl: string | undefined;
}

/** The claims of the ID token, with those of the userinfo response if the ID token does not describe the user. */
export interface KeycloakUser extends IdTokenClaims, StandardClaims {
	/** The user's session at Keycloak. */
	sid?: string;
	/** A claim that a mapper of the realm or the client adds. */
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
		// Not discovered: a realm announces `iss` in its callbacks even if a client has turned it off, and names its
		// endpoints by the host of the request.
		endpoints: {
			authorization: `${openid}/auth`,
			token: `${openid}/token`,
			jwks: `${openid}/certs`,
			userinfo: `${openid}/userinfo`,
			revocation: `${openid}/revoke`,
		},

		// Every user has a user name: without it the realm's mappers leave the user out of the ID token.
		isComplete: ({ preferred_username }) => !!preferred_username,
	};
});

export default keycloak;
