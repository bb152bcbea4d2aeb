import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig, toProfile } from "@oauth/oidc";

const GLOBAL = "https://login.microsoftonline.com";
/** The tenant of all personal accounts. */
const PERSONAL = "9188040d-6c67-4c5b-b112-36a304b66dad";

const isGuid = (text: unknown) =>
	typeof text === "string" && /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

export interface MicrosoftEntraIDConfig extends OidcProviderConfig {
	redirectUri: string;
	/**
	 * Who may sign in: `common` (everybody, which is the default), `organizations`, `consumers` (personal accounts), or one
	 * tenant by its id or its domain. A domain needs `allowedTenants` too.
	 */
	tenant?: string;
	/** The ids of the tenants whose users may sign in. An empty list lets nobody in. */
	allowedTenants?: string[];
	/** The sign-in host of a national cloud, such as `https://login.microsoftonline.us`. */
	authority?: string;
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
export const microsoftEntraId = defineOidcProvider<MicrosoftEntraIDConfig, MicrosoftEntraIDUser>(
	({ tenant = "common", allowedTenants, authority = GLOBAL }) => {
		const server = authority.replace(/\/$/, "");
		const cloud = server === GLOBAL ? "" : `@${server.replace("https://", "")}`;
		const tenantId = tenant === "consumers" ? PERSONAL : isGuid(tenant) ? tenant.toLowerCase() : undefined;
		const isDomain = !tenantId && tenant !== "common" && tenant !== "organizations";
		return {
			id: "microsoft-entra-id",
			name: "Microsoft Entra ID",
			issuer: `${server}/${tenantId ?? tenant}/v2.0`,
			// No claim has the domain, so only the ids tell whether a user is one of that tenant.
			required: { tenant, authority, allowedTenants: !isDomain || allowedTenants },
			endpoints: {
				authorization: `${server}/${tenant}/oauth2/v2.0/authorize`,
				token: `${server}/${tenant}/oauth2/v2.0/token`,
				jwks: `${server}/${tenant}/discovery/v2.0/keys`,
			},
			clientAuth: "client_secret_post",
			algorithms: ["RS256"],

			// Each tenant is an issuer of its own.
			issuerOf: ({ tid }) => `${server}/${tid}/v2.0`,

			// The tenant of the request is in the address, where the person can change it.
			findWrongClaim: ({ tid }) =>
				isGuid(tid) &&
				(!tenantId || tid === tenantId) &&
				(tenant !== "organizations" || tid !== PERSONAL) &&
				(allowedTenants === undefined || allowedTenants.includes(tid))
					? undefined
					: "tid",

			// A `sub` is one person's in its tenant only, whose administrator can enter any e-mail address.
			toProfile: ({ tid, xms_edov, xms_pl, ...claims }) => ({
				...toProfile(claims),
				id: `${claims.sub}@${tid}${cloud}`,
				emailVerified: xms_edov === undefined ? undefined : [true, 1, "true", "1"].includes(xms_edov),
				// Its address needs an access token.
				picture: undefined,
				locale: xms_pl,
			}),
		};
	},
);

export default microsoftEntraId;
