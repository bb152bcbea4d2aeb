import { defineProvider, failure, type ProviderConfig } from "@oauth/core";

export interface TikTokConfig extends ProviderConfig {
	redirectUri: string;
}

/** `GET /v2/user/info/`, without its envelope. */
export interface TikTokUser {
	/** Unique within this app. */
	open_id: string;
	/** The same in all apps of one developer. */
	union_id?: string;
	/** A signed address, which expires. */
	avatar_url?: string;
	display_name?: string;
	/** This and the rest come with the scope `user.info.profile` alone. */
	username?: string;
	profile_deep_link?: string;
	bio_description?: string;
	/** TikTok's badge. It says nothing about an address. */
	is_verified?: boolean;
}

const FIELDS = ["open_id", "union_id", "avatar_url", "display_name"];
const PROFILE_FIELDS = ["username", "profile_deep_link", "bio_description", "is_verified"];

/**
 * Sign in with TikTok.
 *
 * @see https://developers.tiktok.com/doc/login-kit-web
 */
export const tiktok = defineProvider<TikTokConfig, TikTokUser>(({ redirectUri }) => ({
	id: "tiktok",
	name: "TikTok",
	endpoints: {
		authorization: "https://www.tiktok.com/v2/auth/authorize/",
		token: "https://open.tiktokapis.com/v2/oauth/token/",
		revocation: "https://open.tiktokapis.com/v2/oauth/revoke/",
		user: "https://open.tiktokapis.com/v2/user/info/",
	},
	required: { redirectUri },
	clientAuth: "client_secret_post",
	clientIdParam: "client_key",
	// Documented for mobile and desktop apps alone.
	pkce: "unsupported",
	scope: ["user.info.basic"],
	scopeSeparator: ",",

	async getUser(context) {
		const { get, endpoints, tokens } = context;
		// A field whose scope the person has not allowed would fail the whole request.
		const fields = tokens.scope?.includes("user.info.profile") ? [...FIELDS, ...PROFILE_FIELDS] : FIELDS;
		const answer = await get(`${endpoints.user}?fields=${fields.join(",")}`);
		// A success has an error object too.
		if (answer.error && answer.error.code !== "ok") {
			const secrets = [tokens.accessToken];
			throw failure(context, "FAILED_REQUEST", { step: "user", status: 200, answer, secrets });
		}
		return answer.data.user;
	},

	toProfile: ({ open_id, username, display_name, avatar_url, profile_deep_link }) => ({
		id: open_id,
		username,
		name: display_name,
		picture: avatar_url,
		url: profile_deep_link,
	}),
}));

export default tiktok;
