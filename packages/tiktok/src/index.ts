import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface TikTokConfig extends ProviderConfig {}

/** The user in `GET /v2/user/info/`, without the envelope. */
export interface TikTokUser {
	/** Unique within this app. */
	open_id: string;
	/** The same in all apps of one developer. */
	union_id?: string;
	/** A signed URL, which expires. */
	avatar_url?: string;
	display_name?: string;
	/** This and the fields below need the scope `user.info.profile`. */
	username?: string;
	profile_deep_link?: string;
	bio_description?: string;
	/** Whether the user has TikTok's badge. It says nothing about an e-mail address. */
	is_verified?: boolean;
}

const FIELDS = ["open_id", "union_id", "avatar_url", "display_name"];
const PROFILE_FIELDS = ["username", "profile_deep_link", "bio_description", "is_verified"];

/**
 * Sign in with TikTok.
 *
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export const tiktok = defineProvider<TikTokConfig, TikTokUser, "user">({
	id: "tiktok",
	name: "TikTok",
	endpoints: {
		authorization: "https://www.tiktok.com/v2/auth/authorize/",
		token: "https://open.tiktokapis.com/v2/oauth/token/",
		revocation: "https://open.tiktokapis.com/v2/oauth/revoke/",
		user: "https://open.tiktokapis.com/v2/user/info/",
		api: "https://open.tiktokapis.com/v2",
	},
	clientAuth: "client_secret_post",
	clientIdParam: "client_key",
	// TikTok documents PKCE for mobile and desktop apps only.
	pkce: "unsupported",
	scope: ["user.info.basic"],
	scopeSeparator: ",",
	tokenPolicy: { revocableToken: "access_token" },

	async getUser({ endpoints, get, tokens }) {
		// TikTok refuses the whole request for a field whose scope the user has not allowed.
		const fields = tokens.scope?.includes("user.info.profile") ? [...FIELDS, ...PROFILE_FIELDS] : FIELDS;
		const { data } = await get(`${endpoints.user}?fields=${fields.join(",")}`, { findProblem });
		return data.user;
	},

	toProfile: ({ open_id, username, display_name, avatar_url, profile_deep_link }) => ({
		id: open_id,
		username,
		name: display_name,
		picture: avatar_url,
		url: profile_deep_link,
	}),
});

/** Names what is wrong with a response. A success has an `error` too, with the code `ok`. */
function findProblem(response: unknown): string | undefined {
	const { code } = Object(Object(response).error);
	return typeof code === "string" && code !== "ok" ? "the response is an error" : undefined;
}

export default tiktok;
