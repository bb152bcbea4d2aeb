import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface TodoistConfig extends ProviderConfig {}

/** `GET /api/v1/user`, without the tokens that it contains */
export interface TodoistUser {
	/** Digits. */
	id: string;
	email: string;
	/** Does not mean that the e-mail address is verified: see the README. */
	verification_status?: "verified" | "unverified" | "blocked" | "legacy";
	full_name: string;
	/** 195 pixels wide. Absent if the user has no picture, like the three below. */
	avatar_big?: string | null;
	avatar_medium?: string | null;
	avatar_s640?: string | null;
	avatar_small?: string | null;
	business_account_id: string | null;
	is_premium: boolean;
	premium_status: "not_premium" | "current_personal_plan" | "legacy_personal_plan" | "teams_business_member";
	/** Such as `en` or `pt_BR`. */
	lang: string;
	tz_info: { timezone: string; gmt_string: string; hours: number; minutes: number; is_dst: number };
	inbox_project_id: string;
}

/**
 * Sign in with Todoist.
 *
 * @see https://developer.todoist.com/api/v1/#tag/Authorization
 */
export const todoist = defineProvider<TodoistConfig, TodoistUser, "user">({
	id: "todoist",
	name: "Todoist",
	endpoints: {
		authorization: "https://app.todoist.com/oauth/authorize",
		token: "https://api.todoist.com/oauth/access_token",
		revocation: "https://api.todoist.com/api/v1/revoke",
		user: "https://api.todoist.com/api/v1/user",
		api: "https://api.todoist.com/api/v1",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	scope: ["data:read"],
	scopeSeparator: ",",
	tokenPolicy: { rotation: "always", leeway: 60, revocableToken: "access_token" },

	// Todoist adds the user's own API token, and a URL with another one. An app that keeps the user must not keep these.
	async getUser({ get, endpoints }) {
		const { token, websocket_url, ...user } = await get(endpoints.user);
		return user;
	},

	// Todoist documents no confirmation of a changed e-mail address, so `verification_status` proves nothing about it.
	toProfile: ({ id, full_name, email, avatar_big, lang }) => ({
		id,
		name: full_name,
		email,
		picture: avatar_big,
		locale: lang,
	}),

	// Unlike the token endpoint, it takes the client's credentials in the `Authorization` header only.
	revocationRequest: (token) => ({ clientAuth: "client_secret_basic", form: { token } }),
});

export default todoist;
