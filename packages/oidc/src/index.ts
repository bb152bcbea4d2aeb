import type { ClientAuth } from "@oauth/core/provider";
import type { IdTokenClaims, StandardClaims } from "./claims.js";
import { defineOidcProvider, type OidcDefinition, type OidcProviderConfig } from "./define-oidc-provider.js";

/** The settings of any OpenID Connect issuer. */
export interface OidcConfig extends Omit<OidcProviderConfig, "issuer"> {
	/** The issuer, exactly as its discovery document spells it. */
	issuer: string | undefined;
	/**
	 * An id of your choice that stands for this one issuer forever. The account is then this id and the bare `sub`.
	 *
	 * @default "oidc", and the issuer becomes a part of the user's id
	 */
	id?: string | undefined;
	/** The name to show to users. @default "OpenID Connect" */
	name?: string | undefined;
	/** The scopes beside `openid`, in place of `profile` and `email`. @default ["profile", "email"] */
	scope?: string[] | undefined;
	/** Client authentication at the token endpoint. @default what the issuer announces */
	clientAuth?: ClientAuth | undefined;
	/** `form_post` for an issuer that responds with a cross-site POST. @default the query of a GET */
	responseMode?: "form_post" | undefined;
}

/** The claims of the ID token, joined with the userinfo response where the ID token lacks the name or the e-mail address. */
export interface OidcUser extends IdTokenClaims, StandardClaims {
	[claim: string]: unknown;
}

/**
 * Sign in with any OpenID Connect issuer. Its endpoints and keys are discovered.
 *
 * @see https://openid.net/specs/openid-connect-core-1_0.html#CodeFlowAuth
 */
export const oidc = defineOidcProvider(
	({
		issuer,
		id,
		name = "OpenID Connect",
		scope,
		email,
		clientAuth,
		responseMode,
	}: OidcConfig): OidcDefinition<OidcUser> => ({
		id: id ?? "oidc",
		name,
		issuer: issuer as string,
		manyIssuers: id === undefined,
		invalid: {
			id:
				id !== undefined &&
				!/^[\w.-]+$/.test(id) &&
				"must consist of letters, digits, hyphens, underscores and dots",
		},
		clientAuth,
		responseMode,
		scope: scope ? ["openid"] : ["openid", "profile"],
		emailScope: scope && !email ? undefined : "email",
		isComplete: (claims) => !!claims.name && (!!claims.email || email === false),
	}),
);

export default oidc;

export { type IdTokenClaims, type StandardClaims, toProfile } from "./claims.js";
export {
	defineOidcProvider,
	type IdTokenChecks,
	type IdTokenOnly,
	type OidcDefinition,
	type OidcEndpoints,
	type OidcProvider,
	type OidcProviderConfig,
	type OidcProviderFunction,
	type RefreshChecks,
} from "./define-oidc-provider.js";
