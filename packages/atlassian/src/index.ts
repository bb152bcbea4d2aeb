import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface AtlassianConfig extends ProviderConfig {}

/** `GET /me`. Everything but the id may be absent, because users can hide it. */
export interface AtlassianUser {
	/** The same in all of Atlassian's products. It may contain a colon, and never changes. */
	account_id: string;
	/** `atlassian` for a user's account. */
	account_type?: string;
	/** `active`, `inactive` or `closed`. An inactive or closed account is refused. */
	account_status?: string;
	email?: string;
	/** Not documented, and can be absent. */
	email_verified?: boolean;
	name?: string;
	/** Not unique. */
	nickname?: string;
	picture?: string;
	/** Such as `en-US`. */
	locale?: string;
	/** Such as `Australia/Sydney`. */
	zoneinfo?: string;
	extended_profile?: {
		job_title?: string;
		organization?: string;
		department?: string;
		location?: string;
	};
}

/**
 * Sign in with Atlassian.
 *
 * @see https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
 */
export const atlassian = defineProvider<AtlassianConfig, AtlassianUser>({
	id: "atlassian",
	name: "Atlassian",
	endpoints: {
		authorization: "https://auth.atlassian.com/authorize",
		token: "https://auth.atlassian.com/oauth/token",
		user: "https://api.atlassian.com/me",
		api: "https://api.atlassian.com",
	},
	clientAuth: "client_secret_post",
	tokenRequestBody: "json",
	pkce: "S256",
	scope: ["read:me"],
	authorizationParams: { audience: "api.atlassian.com", prompt: "consent" },
	tokenPolicy: { leeway: 600 },
	invalidGrantErrors: ["refresh_token is invalid"],

	accountProblem: ({ account_status }) =>
		["inactive", "closed"].includes(`${account_status}`) && `is ${account_status}`,

	toProfile: ({ account_id, nickname, name, email, email_verified, picture, locale }) => ({
		// Jira's documentation: the id of every account whose record is damaged.
		id: account_id === "unknown" ? "" : account_id,
		username: nickname,
		name,
		email,
		emailVerified: email_verified,
		picture,
		locale,
	}),
});

export default atlassian;
