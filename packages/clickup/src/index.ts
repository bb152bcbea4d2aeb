import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface ClickUpConfig extends ProviderConfig {}

/** The `user` of `GET /api/v2/user` */
export interface ClickUpUser {
	/** The same in every workspace. */
	id: number;
	/** The full name, with spaces. It is not unique. */
	username: string | null;
	email: string;
	color: string | null;
	profilePicture: string | null;
	initials: string;
	/** 0 is Sunday, 1 is Monday. */
	week_start_day?: number | null;
	global_font_support?: boolean;
	/** Such as `Europe/London`. */
	timezone?: string;
}

/**
 * Sign in with ClickUp.
 *
 * @see https://developer.clickup.com/docs/authentication
 */
export const clickup = defineProvider<ClickUpConfig, ClickUpUser>({
	id: "clickup",
	name: "ClickUp",
	endpoints: {
		authorization: "https://app.clickup.com/api",
		token: "https://api.clickup.com/api/v2/oauth/token",
		user: "https://api.clickup.com/api/v2/user",
		api: "https://api.clickup.com/api",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	userPath: "user",
	scope: [],
	refresh: false,

	// Several users can have the same `username`. ClickUp does not say whether the e-mail address is verified.
	toProfile: ({ id, username, email, profilePicture }) => ({
		id,
		name: username,
		email,
		picture: profilePicture,
	}),
});

export default clickup;
