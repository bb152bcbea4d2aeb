import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface BoxConfig extends ProviderConfig {}

/** `GET /2.0/users/me` */
export interface BoxUser {
	type: "user";
	/** A string of digits. */
	id: string;
	name?: string;
	/** The primary e-mail address. Nothing says whether it is verified. */
	login?: string;
	/** `active`, `inactive`, `cannot_delete_edit` or `cannot_delete_edit_upload`. An inactive user is refused. */
	status?: string;
	/** One of Box's own codes, such as `en`, or `gb` for British English. */
	language?: string;
	timezone?: string;
	avatar_url?: string;
	/** Empty if not set, like `phone` and `address`. */
	job_title?: string;
	phone?: string;
	address?: string;
	/** Where Box sends notifications in place of `login`, once it is confirmed. */
	notification_email?: { email?: string; is_confirmed?: boolean } | null;
	created_at?: string;
	modified_at?: string;
	/** In bytes, like `space_used` and `max_upload_size`. */
	space_amount?: number;
	space_used?: number;
	max_upload_size?: number;
}

/** @see https://developer.box.com/guides/api-calls/language-codes */
const LANGUAGE_TAGS = new Map([
	["e2", "en-CA"],
	["e3", "en-AU"],
	["f2", "fr-CA"],
	["gb", "en-GB"],
	["s2", "es-419"],
	["zt", "zh-Hant"],
]);

/**
 * Sign in with Box.
 *
 * @see https://developer.box.com/guides/authentication/oauth2/without-sdk/
 */
export const box = defineProvider<BoxConfig, BoxUser>({
	id: "box",
	name: "Box",
	endpoints: {
		authorization: "https://account.box.com/api/oauth2/authorize",
		token: "https://api.box.com/oauth2/token",
		revocation: "https://api.box.com/oauth2/revoke",
		user: "https://api.box.com/2.0/users/me",
		api: "https://api.box.com/2.0",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	scope: [],

	accountProblem: ({ status }) => status === "inactive" && "is inactive",

	// An enterprise's administrator can set `login`, and Box does not say whether it is verified.
	toProfile: ({ id, name, login, avatar_url, language = "" }) => ({
		id,
		name,
		email: login,
		picture: avatar_url,
		locale: LANGUAGE_TAGS.get(language) ?? language,
	}),
});

export default box;
