import { urlProblem } from "@oauth/core/provider";
import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	toProfile,
} from "@oauth/oidc";

const GLOBAL = "https://login.microsoftonline.com";
/** The tenant of all personal accounts. */
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

export interface MicrosoftEntraIDConfig extends OidcProviderConfig {
	/**
	 * Who may sign in: `common` (everybody), `organizations`, `consumers` (personal accounts), or one tenant by its id or its
	 * domain. A domain needs `allowedTenants` too.
	 *
	 * @default "common"
	 */
	tenant?: string | undefined;
	/** The ids of the tenants whose users may sign in. An empty list lets nobody in. */
	allowedTenants?: string[] | undefined;
	/** The sign-in host of a national cloud, such as `https://login.microsoftonline.us`. */
	authority?: string | undefined;
}

/** The claims of the ID token. */
export interface MicrosoftEntraIDUser extends IdTokenClaims {
	/** The user of the tenant, as this app alone knows them. */
	sub: string;
	/** The tenant that the user has signed in to, a GUID. */
	tid: string;
	/** The user's object in the tenant, a GUID: the same for all apps. */
	oid?: string;
	/** Mutable, and not always an address. */
	preferred_username?: string;
	name?: string;
	email?: string;
	/** An optional claim, like all that follow: whether the owner of the e-mail address's domain is verified. */
	xms_edov?: boolean | number | string;
	given_name?: string;
	family_name?: string;
	/** The preferred language, such as `en-us`. */
	xms_pl?: string;
}

/**
 * Sign in with Microsoft Entra ID.
 *
 * @see https://learn.microsoft.com/en-us/entra/identity-platform/v2-oauth2-auth-code-flow
 */
export const microsoftEntraId = defineOidcProvider(
	({
		tenant: tenantName = "common",
		allowedTenants,
		authority = GLOBAL,
		clientId,
	}: MicrosoftEntraIDConfig): OidcDefinition<MicrosoftEntraIDUser> => {
		const server = urlProblem(authority) ? GLOBAL : new URL(authority).origin;
		const cloud = server === GLOBAL ? "" : `@${server.replace("https://", "")}`;
		// Tokens have all ids in lower case.
		const tenant = `${tenantName}`.toLowerCase();
		const tenantId = tenant === "consumers" ? PERSONAL : isGuid(tenant) ? tenant : undefined;
		const isDomain = !tenantId && tenant !== "common" && tenant !== "organizations";
		// Each tenant is an issuer of its own.
		const issuerOf = (tid: string) => `${server}/${tid}/v2.0`;
		return {
			id: "microsoft-entra-id",
			name: "Microsoft Entra ID",
			issuer: issuerOf(tenantId ?? tenant),
			issuerOf: ({ tid }) => issuerOf(tid),
			isIssuer(iss) {
				const [, tid] = /([^/]*)\/v2\.0$/.exec(iss) ?? [];
				return isGuid(tid) && iss === issuerOf(tenantId ?? tid);
			},
			required: { tenant: tenantName },
			invalid: {
				authority: urlProblem(authority),
				tenant:
					!/^[\w.-]+$/.test(tenant) && "must be the id or the domain of a tenant, or a name such as common",
				allowedTenants: allowedTenantsProblem(allowedTenants, isDomain),
			},
			endpoints: {
				authorization: `${server}/${tenant}/oauth2/v2.0/authorize`,
				token: `${server}/${tenant}/oauth2/v2.0/token`,
				jwks: `${server}/${tenant}/discovery/v2.0/keys`,
			},
			clientAuth: "client_secret_post",
			algorithms: ["RS256"],
			audience: isGuid(clientId) ? clientId.toLowerCase() : undefined,
			// The user has to do something at Microsoft first, such as to give a second factor.
			invalidGrantErrors: ["interaction_required"],

			// The tenant of the request is in the URL, where the user can change it.
			findWrongClaim: ({ tid }) =>
				isGuid(tid) &&
				(!tenantId || tid === tenantId) &&
				(tenant !== "organizations" || tid !== PERSONAL) &&
				(allowedTenants?.some((id) => id.toLowerCase() === tid) ?? true)
					? undefined
					: "tid",

			// A `sub` is one user's in its tenant only, whose administrator can enter any e-mail address.
			toProfile: ({ tid, xms_edov, xms_pl, ...claims }) => ({
				...toProfile(claims),
				id: `${claims.sub}@${tid}${cloud}`,
				emailVerified: toVerified(xms_edov),
				// Its URL needs an access token.
				picture: undefined,
				locale: xms_pl,
			}),
		};
	},
);

function isGuid(value: unknown): value is string {
	return typeof value === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(value);
}

/** No claim has a tenant's domain: only the ids tell whether a user is one of that tenant. */
function allowedTenantsProblem(ids: string[] | undefined, isDomain: boolean): string | undefined {
	if (ids === undefined)
		return isDomain
			? `is missing: it must have the id of the tenant whose domain is the "tenant"`
			: undefined;
	return Array.isArray(ids) && ids.every(isGuid) ? undefined : "must be a list of tenants' ids, each a GUID";
}

/** Microsoft documents a boolean. Others have seen numbers and text too. */
function toVerified(edov: unknown): unknown {
	if (edov === 1 || edov === "1") return true;
	return edov === 0 || edov === "0" ? false : edov;
}

export default microsoftEntraId;
