import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface XConfig extends ProviderConfig, EmailConfig {}

/** The `data` of `GET /2/users/me`. */
export interface XUser {
	/** Up to 19 digits, too many for a JavaScript number. */
	id: string;
	name: string;
	/** Without the `@`. */
	username: string;
	/** 48 pixels square. */
	profile_image_url?: string;
	/** Absent without the scope `users.email`, and if the user has confirmed no address. */
	confirmed_email?: string;
}

/**
 * Sign in with X.
 *
 * @see https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
 */
export const twitter = defineProvider<XConfig, XUser, "user">({
	id: "twitter",
	name: "X",
	endpoints: {
		authorization: "https://x.com/i/oauth2/authorize",
		token: "https://api.x.com/2/oauth2/token",
		revocation: "https://api.x.com/2/oauth2/revoke",
		user: "https://api.x.com/2/users/me",
		api: "https://api.x.com/2",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["users.read", "tweet.read"],
	emailScope: "users.email",
	emailNeedsGrant: true,
	invalidGrantErrors: ["Value passed for the token was invalid."],

	async getUser({ email, endpoints, get }) {
		const fields = email ? "confirmed_email,profile_image_url" : "profile_image_url";
		const { data } = await get(`${endpoints.user}?user.fields=${fields}`, { findProblem });
		return data;
	},

	// X returns confirmed addresses only.
	toProfile: ({ id, name, username, confirmed_email, profile_image_url }) => ({
		id,
		username,
		name,
		email: confirmed_email,
		emailVerified: true,
		picture: profile_image_url,
	}),
});

/** Finds the error in a response with status 200 and no user. An error beside a user is about a single field. */
function findProblem(response: unknown): string | undefined {
	const { data, errors } = Object(response);
	return !data && errors?.[0] ? "the response has errors and no user" : undefined;
}

export default twitter;
