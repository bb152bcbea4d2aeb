import {
	defineProvider,
	headerProblem,
	type ProviderConfig,
	type ProviderDefinition,
} from "@oauth/core/provider";

export interface RedditConfig extends ProviderConfig {
	/**
	 * Your app's name in every request: `<platform>:<app id>:<version> (by /u/<your Reddit name>)`, such as
	 * `web:com.example.app:v1.0.0 (by /u/example)`. Reddit throttles or blocks names that many apps share.
	 */
	userAgent: string | undefined;
	/**
	 * `permanent` asks for a refresh token.
	 *
	 * @default "temporary"
	 */
	duration?: "temporary" | "permanent" | undefined;
}

/** `GET /api/v1/me`, with HTML-escaped texts */
export interface RedditUser {
	/** Without the `t2_` that it has elsewhere in the API. */
	id: string;
	/** The username. */
	name: string;
	icon_img: string;
	snoovatar_img: string;
	created_utc: number;
	/** Whether the account has a verified e-mail address. Reddit does not say which. */
	has_verified_email: boolean;
	over_18: boolean;
	/** The user's profile page. Its title is the display name, or empty if the user has set none. */
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
			api: "https://oauth.reddit.com",
		},
		required: { userAgent },
		invalid: { userAgent: headerProblem(userAgent) },
		headers: { "user-agent": userAgent },
		clientAuth: "client_secret_basic",
		pkce: "unsupported",
		scope: ["identity"],
		authorizationParams: { duration },
		tokenPolicy: { rotation: "never" },
		// `invalid_request` in the published server, and `{ "message": "Bad Request", "error": 400 }` today.
		invalidGrantErrors: ["invalid_request", "400"],

		toProfile: ({ id, name, icon_img, subreddit }) => ({
			id,
			username: name,
			name: unescapeHtml(subreddit?.title),
			picture: unescapeHtml(icon_img),
		}),
	}),
);

/** Unescapes the three characters that Reddit escapes. `&amp;` comes last, or `&amp;lt;` would become `<`. */
function unescapeHtml(text: unknown): string | undefined {
	if (typeof text !== "string") return undefined;
	return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&");
}

export default reddit;
