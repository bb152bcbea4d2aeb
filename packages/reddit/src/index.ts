import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface RedditConfig extends ProviderConfig {
	redirectUri: string;
	/** What the app calls itself in every request, such as `web:com.example.app:v1.0.0 (by /u/example)`. */
	userAgent: string;
	/** `permanent` asks for a refresh token. `temporary` unless told. */
	duration?: "temporary" | "permanent";
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
	/** The person's profile page. Its title is the display name, and empty where the person has set none. */
	subreddit: { title: string; url: string; public_description: string } | null;
}

/**
 * Sign in with Reddit.
 *
 * @see https://github.com/reddit-archive/reddit/wiki/OAuth2
 */
export const reddit = defineProvider<RedditConfig, RedditUser>(({ redirectUri, userAgent, duration }) => ({
	id: "reddit",
	name: "Reddit",
	endpoints: {
		authorization: "https://www.reddit.com/api/v1/authorize",
		token: "https://www.reddit.com/api/v1/access_token",
		revocation: "https://www.reddit.com/api/v1/revoke_token",
		user: "https://oauth.reddit.com/api/v1/me",
	},
	required: { redirectUri, userAgent },
	// Reddit throttles or blocks a name that many apps share.
	headers: { "user-agent": userAgent },
	clientAuth: "client_secret_basic",
	pkce: "unsupported",
	scope: ["identity"],
	authorizationParams: { duration },

	getUser: ({ get, endpoints }) => get(endpoints.user),

	toProfile: ({ id, name, icon_img, subreddit }) => ({
		id,
		username: name,
		name: unescapeHtml(subreddit?.title),
		picture: unescapeHtml(icon_img),
	}),
}));

/** Reddit escapes these three. `&amp;` comes last, or `&amp;lt;` would end as `<`. */
function unescapeHtml(text?: string): string | undefined {
	return text?.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export default reddit;
