import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface DropboxConfig extends ProviderConfig {}

/** `POST /2/users/get_current_account` */
export interface DropboxUser {
	/** 40 characters, such as `dbid:AAH4f99T0taONIb-OurWxbNQ6ywGRopQngc`. */
	account_id: string;
	name: {
		given_name: string;
		surname: string;
		/** The given name in the US, and elsewhere any combination of the two. */
		familiar_name: string;
		display_name: string;
		/** The initials, mostly. */
		abbreviated_name: string;
	};
	email: string;
	email_verified: boolean;
	/** Absent if the user has none. */
	profile_photo_url?: string;
	/** A user whose account is disabled is refused. */
	disabled: boolean;
	/** Two letters, such as `GB`. */
	country?: string;
	/** Such as `en` or `pt-BR`. */
	locale: string;
	referral_link: string;
	/** Whether the user has a personal account and a work account, which are two users. */
	is_paired: boolean;
	account_type: { ".tag": "basic" | "pro" | "business" };
	root_info: {
		".tag": "user" | "team";
		root_namespace_id: string;
		home_namespace_id: string;
		home_path?: string;
	};
	/** The team of a work account. */
	team?: { id: string; name: string } | null;
	team_member_id?: string;
}

const API = "https://api.dropboxapi.com/2";

/**
 * Sign in with Dropbox.
 *
 * @see https://developers.dropbox.com/oauth-guide
 */
export const dropbox = defineProvider<DropboxConfig, DropboxUser>({
	id: "dropbox",
	name: "Dropbox",
	endpoints: {
		authorization: "https://www.dropbox.com/oauth2/authorize",
		token: "https://api.dropboxapi.com/oauth2/token",
		revocation: `${API}/auth/token/revoke`,
		user: `${API}/users/get_current_account`,
		api: API,
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	// Without a body: Dropbox refuses even an empty object.
	userRequest: { method: "POST" },
	scope: ["account_info.read"],
	tokenPolicy: { rotation: "never", revocableToken: "access_token" },

	accountProblem: ({ disabled }) => disabled === true && "is disabled",

	toProfile: ({ account_id, name, email, email_verified, profile_photo_url, locale }) => ({
		id: account_id,
		name: name?.display_name,
		givenName: name?.given_name,
		familyName: name?.surname,
		email,
		emailVerified: email_verified,
		picture: profile_photo_url,
		locale,
	}),

	// Not the request of RFC 7009: the token revokes itself.
	revocationRequest: (token) => ({ accessToken: token }),
});

export default dropbox;
