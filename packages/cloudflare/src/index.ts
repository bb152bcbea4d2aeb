import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface CloudflareConfig extends ProviderConfig {}

/** The `result` of `GET /client/v4/user` */
export interface CloudflareUser {
	/** The user's id, which is the same in all Cloudflare accounts that the user is a member of. */
	id: string;
	/** The address that the user signs in to Cloudflare with, verified or not. */
	email: string;
	first_name?: string | null;
	last_name?: string | null;
	telephone?: string | null;
	/** Such as `SE`. */
	country?: string | null;
	zipcode?: string | null;
	/** Whether the user has been suspended. */
	suspended?: boolean;
	two_factor_authentication_enabled?: boolean;
	/** Whether one of the user's Cloudflare accounts requires a second factor. */
	two_factor_authentication_locked?: boolean;
	has_pro_zones?: boolean;
	has_business_zones?: boolean;
	has_enterprise_zones?: boolean;
	/** The betas that the user takes part in. */
	betas?: string[];
}

/**
 * Sign in with Cloudflare.
 *
 * @see https://developers.cloudflare.com/fundamentals/oauth/
 */
export const cloudflare = defineProvider<CloudflareConfig, CloudflareUser>({
	id: "cloudflare",
	name: "Cloudflare",
	endpoints: {
		authorization: "https://dash.cloudflare.com/oauth2/auth",
		token: "https://dash.cloudflare.com/oauth2/token",
		revocation: "https://dash.cloudflare.com/oauth2/revoke",
		// In place of `/oauth2/userinfo`, which has the `sub` only.
		user: "https://api.cloudflare.com/client/v4/user",
		api: "https://api.cloudflare.com/client/v4",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	userRequest: { findProblem },
	userPath: "result",
	scope: ["user-details.read"],

	// Cloudflare does not say whether the e-mail address is verified, and not every one is.
	toProfile: ({ id, first_name, last_name, email }) => ({
		id,
		givenName: first_name,
		familyName: last_name,
		email,
	}),
});

/** Finds the failure in a response whose status is a success. */
function findProblem(response: unknown): string | undefined {
	return Object(response).success === false ? "the response says that it is not a success" : undefined;
}

export default cloudflare;
