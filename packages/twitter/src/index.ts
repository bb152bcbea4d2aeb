import { defineProvider, failure, type ProviderConfig } from "@oauth/core";

export interface XConfig extends ProviderConfig {
	redirectUri: string;
	/** `false` where the app's settings don't let it ask for e-mail addresses. */
	email?: boolean;
}

/** The `data` of `GET /2/users/me`. */
export interface XUser {
	/** Digits, too many for a number. */
	id: string;
	name: string;
	/** Without the `@`. */
	username: string;
	/** 48 pixels square. */
	profile_image_url?: string;
	/** Absent without the scope `users.email`, and for a person who has confirmed no address. */
	confirmed_email?: string;
}

/**
 * Sign in with X.
 *
 * @see https://docs.x.com/fundamentals/authentication/oauth-2-0/user-access-token
 */
export const twitter = defineProvider<XConfig, XUser>(({ redirectUri, email = true }) => ({
	id: "twitter",
	name: "X",
	endpoints: {
		authorization: "https://x.com/i/oauth2/authorize",
		token: "https://api.x.com/2/oauth2/token",
		revocation: "https://api.x.com/2/oauth2/revoke",
		user: "https://api.x.com/2/users/me",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["users.read", "tweet.read", ...(email ? ["users.email"] : [])],
	required: { redirectUri },

	async getUser(context) {
		const { get, endpoints, tokens } = context;
		const fields = email ? "confirmed_email,profile_image_url" : "profile_image_url";
		const { data, errors } = await get(`${endpoints.user}?user.fields=${fields}`);
		// Status 200 says no more than that something could be answered: with the person, an error is about one field.
		if (!data && errors) {
			const { type: error, detail: error_description } = errors[0];
			throw failure(context, "FAILED_REQUEST", {
				step: "user",
				status: 200,
				answer: { error, error_description },
				secrets: [tokens.accessToken],
			});
		}
		return data;
	},

	// X gives away no address that isn't confirmed.
	toProfile: ({ id, name, username, confirmed_email, profile_image_url }) => ({
		id,
		username,
		name,
		email: confirmed_email,
		emailVerified: true,
		picture: profile_image_url,
	}),
}));

export default twitter;
