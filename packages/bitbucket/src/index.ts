import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface BitbucketConfig extends ProviderConfig, EmailConfig {}

/** `GET /2.0/user`, joined with `GET /2.0/user/emails` */
export interface BitbucketUser {
	type: "user";
	/** In curly brackets. Never changes. */
	uuid: string;
	/** The id of the user's Atlassian account. */
	account_id?: string;
	/** No longer documented, and can be absent. */
	username?: string;
	/** Not unique. */
	nickname?: string;
	display_name?: string;
	/** The only documented value is `active`. */
	account_status?: string;
	/** `null` if the app may not know it. */
	has_2fa_enabled?: boolean | null;
	created_on?: string;
	location?: string | null;
	links?: { avatar?: { href: string }; html?: { href: string }; self?: { href: string } };
	/** Confirmed and unconfirmed ones. Empty without `email: true`, or if Bitbucket refuses to list them. */
	emails: { email: string; is_primary: boolean; is_confirmed: boolean }[];
}

const API = "https://api.bitbucket.org/2.0";

/**
 * Sign in with Bitbucket Cloud.
 *
 * @see https://developer.atlassian.com/cloud/bitbucket/oauth-2/
 */
export const bitbucket = defineProvider<BitbucketConfig, BitbucketUser, "user" | "emails">({
	id: "bitbucket",
	name: "Bitbucket",
	endpoints: {
		authorization: "https://bitbucket.org/site/oauth2/authorize",
		token: "https://bitbucket.org/site/oauth2/access_token",
		user: `${API}/user`,
		emails: `${API}/user/emails`,
		api: API,
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["account"],
	emailScope: "email",
	emailNeedsGrant: true,
	tokenPolicy: { leeway: 600 },
	invalidGrantErrors: ["Invalid refresh_token"],

	// Announced as `scope` since May 2026. Older responses have `scopes`.
	toTokenResponse: ({ scope, scopes }) => ({ scope: scope ?? scopes }),

	// `/user` has no e-mail address. A page has ten by default, and the primary one may be on the second.
	async getUser({ get, optional, endpoints, email }) {
		const [user, list] = await Promise.all([
			get(endpoints.user),
			email && optional(get(`${endpoints.emails}?pagelen=100`)),
		]);
		return { ...user, emails: Array.isArray(list?.values) ? list.values : [] };
	},

	toProfile: ({ uuid, username, display_name, links, emails }) => {
		const primary = emails.find((entry) => entry?.is_primary === true);
		return {
			id: uuid,
			username,
			name: display_name,
			email: primary?.email,
			emailVerified: primary?.is_confirmed,
			picture: links?.avatar?.href,
			url: links?.html?.href,
		};
	},
});

export default bitbucket;
