import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface ZoomConfig extends ProviderConfig {}

/** `GET /v2/users/me` */
export interface ZoomUser {
	id: string;
	/** The plan: `1` for Basic, `2` for Licensed, `4` for Unassigned, `99` for None. */
	type: number;
	display_name?: string;
	first_name?: string;
	last_name?: string;
	email?: string;
	/** `1` if the e-mail address is verified, `0` if it is not. */
	verified?: number;
	pic_url?: string;
	/** As in `en-US`. */
	language?: string;
	timezone?: string;
	/** The Zoom account that the user belongs to, such as a company's. It can change. */
	account_id?: string;
	role_name?: string;
	company?: string;
	dept?: string;
	job_title?: string;
	location?: string;
	/**
	 * How the user can sign in to Zoom: `1` with Google, `24` with Apple, `27` with Microsoft, `100` with a Zoom password,
	 * `101` with single sign-on.
	 */
	login_types?: number[];
	/** `active`, `inactive` or `pending`. */
	status?: string;
	/** The URL of the user's meeting room. Anyone who has it can ask to come in. */
	personal_meeting_url?: string;
	/** The same with a name in place of the number. */
	vanity_url?: string;
	created_at?: string;
}

/**
 * Sign in with Zoom.
 *
 * @see https://developers.zoom.us/docs/integrations/oauth/
 */
export const zoom = defineProvider<ZoomConfig, ZoomUser>({
	id: "zoom",
	name: "Zoom",
	endpoints: {
		authorization: "https://zoom.us/oauth/authorize",
		token: "https://zoom.us/oauth/token",
		revocation: "https://zoom.us/oauth/revoke",
		user: "https://api.zoom.us/v2/users/me",
		api: "https://api.zoom.us/v2",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	// Zoom then asks for those of the registration.
	scope: [],
	tokenPolicy: { revocableToken: "access_token" },
	// Also sent with `invalid_request`, or without an error code.
	invalidGrantErrors: ["Invalid Token!"],

	// `vanity_url` leads to the user's meetings, and not to a page about the user.
	toProfile: ({ id, display_name, first_name, last_name, email, verified, pic_url, language }) => ({
		id,
		name: display_name,
		givenName: first_name,
		familyName: last_name,
		email,
		emailVerified: verified === 1 || (verified === 0 ? false : undefined),
		picture: pic_url,
		locale: language,
	}),
});

export default zoom;
