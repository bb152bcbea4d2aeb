import { defineProvider, type ProviderConfig, type ProviderDefinition } from "@oauth/core/provider";

export interface RedditConfig extends ProviderConfig {
	/** The app's name in every request, such as `web:com.example.app:v1.0.0 (by /u/example)`. */
	userAgent: string | undefined;
	/**
	 * `permanent` asks for a refresh token.
	 *
	 * @default "temporary"
	 */
	duration?: "temporary" | "permanent" | undefined;
}

/** `GET /api/v1/me`. Its texts are HTML-escaped. */
export interface RedditUser {
	/** Without the `t2_` that it has elsewhere in the API. */
	id: string;
	/** The user name. */
	name: string;
	icon_img: string;
	snoovatar_img: string;
	created_utc: number;
	/** The account has a verified address. Which one, Reddit doesn't say. */
	has_verified_email: boolean;
	over_18: boolean;
	/** The user's profile page. Its title is the display name, and empty where the user has set none. */
	subreddit: { title: string; url: string; public_description: string } | null;
}

/**
 * Sign in with Reddit.
 *
 * @see https://github.com/reddit-archive/reddit/wiki/OAuth2
 */
export const reddit = defineProvider(
	({ userAgent, duration }: RedditConfig): ProviderDefinition<RedditUser> => ({
		id: "reddit",
		name: "Reddit",
		endpoints: {
			authorization: "https://www.reddit.com/api/v1/authorize",
			token: "https://www.reddit.com/api/v1/access_token",
			revocation: "https://www.reddit.com/api/v1/revoke_token",
			user: "https://oauth.reddit.com/api/v1/me",
		},
		required: { userAgent },
		// Reddit throttles or blocks a name that many apps share.
		headers: { "user-agent": userAgent },
		clientAuth: "client_secret_basic",
		pkce: "unsupported",
		scope: ["identity"],
		authorizationParams: { duration },
		// In the published server, and `{ "message": "Bad Request", "error": 400 }` today.
		invalidGrantErrors: ["invalid_request", "400"],

		toProfile: ({ id, name, icon_img, subreddit }) => ({
			id,
			username: name,
			name: unescapeHtml(subreddit?.title),
			picture: unescapeHtml(icon_img),
		}),
	}),
);

/** Reddit escapes these three. `&amp;` comes last, or `&amp;lt;` would end as `<`. */
function unescapeHtml(text: unknown): string | undefined {
	if (typeof text !== "string") return undefined;
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export default reddit;
