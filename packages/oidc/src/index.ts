import type { ProviderConfig } from "@oauth/core";
import type { IdTokenClaims, StandardClaims } from "./claims.js";
import { defineOidcProvider } from "./define-oidc-provider.js";

export interface OidcConfig extends ProviderConfig {
	/** The issuer, exactly as its discovery document spells it. */
	issuer: string;
	redirectUri: string;
	/** The brand to show to people: "OpenID Connect" unless told. */
	name?: string;
}

/** The claims of the ID token, joined with the userinfo answer where the ID token lacks the name or the address. */
export interface OidcUser extends IdTokenClaims, StandardClaims {
	[claim: string]: unknown;
}

/**
 * Sign in with any OpenID Connect issuer. Its endpoints and keys are discovered.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export const oidc = defineOidcProvider<OidcConfig, OidcUser>(({ issuer, name = "OpenID Connect" }) => ({
	id: "oidc",
	name,
	issuer,
	manyIssuers: true,
	isComplete: ({ name, email }) => !!name && !!email,
}));

export default oidc;

export { type IdTokenClaims, type StandardClaims, toProfile } from "./claims.js";
export {
	defineOidcProvider,
	type IdTokenChecks,
	type IdTokenOnly,
	type OidcDefinition,
	type OidcProvider,
	type OidcProviderConfig,
	type OidcProviderFunction,
} from "./define-oidc-provider.js";
