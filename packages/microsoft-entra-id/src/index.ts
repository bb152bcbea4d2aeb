import { normalizeUrl, urlProblem } from "@oauth/core/provider";
import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
	toProfile,
} from "@oauth/oidc";

const GLOBAL = "https://login.microsoftonline.com";
/** Microsoft Graph, by sign-in host. The US Government's sign-in host has two of them. */
const GRAPH: Record<string, string> = {
	[GLOBAL]: "https://graph.microsoft.com/v1.0",
	"https://login.partner.microsoftonline.cn": "https://microsoftgraph.chinacloudapi.cn/v1.0",
};
/** The tenant of all personal accounts. */
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

export interface MicrosoftEntraIDConfig extends OidcProviderConfig {
	/**
	 * Who may sign in: `common` (work, school and personal accounts), `organizations` (work and school accounts),
	 * `consumers` (personal accounts), or the id or domain of one tenant, for its users and guests. A domain needs the
	 * tenant's id in `allowedTenants`, because no claim names the domain.
	 *
	 * @default "common"
	 */
	tenant?: string | undefined;
	/** The ids of the tenants whose users may sign in. An empty list lets nobody in. */
	allowedTenants?: string[] | undefined;
	/**
	 * The sign-in host of a national cloud: `https://login.microsoftonline.us` (US Government) or
	 * `https://login.partner.microsoftonline.cn` (China, operated by 21Vianet).
	 *
	 * @default "https://login.microsoftonline.com"
	 */
	authority?: string | undefined;
}

/** The claims of the ID token. */
export interface MicrosoftEntraIDUser extends IdTokenClaims {
	/** The user's id, which is specific to this app and unique in the tenant only. */
	sub: string;
	/** The tenant that the user has signed in to, a GUID. */
	tid: string;
	/** The user's object in the tenant, a GUID: the same for all apps. */
	oid?: string;
	/** Mutable, and not always an e-mail address. */
	preferred_username?: string;
	name?: string;
	email?: string;
	/** Whether the owner of the e-mail address's domain is verified. This claim and those below are optional claims. */
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
		const server = new URL(normalizeUrl(authority)).origin;
		const cloud = server === GLOBAL ? "" : `@${server.replace("https://", "")}`;
		// Tokens have ids in lower case.
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
				api: GRAPH[server],
			},
			clientAuth: "client_secret_post",
			algorithms: ["RS256"],
			// A used refresh token is not revoked, and lives for a day at least.
			tokenPolicy: { leeway: 86_400 },
			audience: isGuid(clientId) ? clientId.toLowerCase() : undefined,
			// The user has to do something at Microsoft first, such as pass a second factor.
			invalidGrantErrors: ["interaction_required"],

			// The tenant of the request is in the URL, where the user can change it.
			findWrongClaim({ tid }) {
				const isOfTenant = !tenantId || tid === tenantId;
				const isOfAccountType = tenant !== "organizations" || tid !== PERSONAL;
				const isAllowed = allowedTenants?.some((id) => id.toLowerCase() === tid) ?? true;
				return isGuid(tid) && isOfTenant && isOfAccountType && isAllowed ? undefined : "tid";
			},

			toProfile: ({ tid, xms_edov, xms_pl, ...claims }) => ({
				...toProfile(claims),
				// A `sub` is unique in its tenant only.
				id: `${claims.sub}@${tid}${cloud}`,
				// The tenant's administrator can enter any e-mail address.
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

/** A tenant that is given by its domain needs its id too: no claim has the domain. */
function allowedTenantsProblem(ids: string[] | undefined, isDomain: boolean): string | undefined {
	if (ids === undefined)
		return isDomain
			? `is missing: it must have the id of the tenant whose domain is the "tenant"`
			: undefined;
	return Array.isArray(ids) && ids.every(isGuid) ? undefined : "must be a list of tenants' ids, each a GUID";
}

/** Reads `xms_edov`, which Microsoft documents as a boolean. Others have seen numbers and text. */
function toVerified(edov: unknown): unknown {
	if (edov === 1 || edov === "1") return true;
	return edov === 0 || edov === "0" ? false : edov;
}

export default microsoftEntraId;
