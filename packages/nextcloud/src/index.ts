import {
	defineProvider,
	normalizeUrl,
	type ProviderConfig,
	type ProviderDefinition,
	urlProblem,
} from "@oauth/core/provider";

export interface NextcloudConfig extends ProviderConfig {
	/**
	 * The URL of the Nextcloud server, such as `https://cloud.example.com`, with the path if it has one. Add `/index.php`
	 * if the server's own URLs have it: pretty URLs are not configured there.
	 */
	baseUrl: string | undefined;
}

/** The `ocs.data` of `GET /ocs/v2.php/cloud/user` */
export interface NextcloudUser {
	/** The login name. It never changes, but it can be given again after the account is deleted. */
	id: string;
	displayname: string;
	/** Not confirmed. `null` if none is set. */
	email: string | null;
	/** Further e-mail addresses. They are not confirmed either. */
	additional_mail?: string[];
	groups: string[];
	/** The groups that the user administers. */
	subadmin: string[];
	/** Such as `en`. */
	language: string;
	/** Such as `en_GB`. Empty if the user has chosen none. */
	locale: string;
	/** Where the account comes from, such as `Database` or `LDAP`. */
	backend: string;
	/** In seconds. `-1` for an account that is older than Nextcloud 31. Absent on an older server. */
	firstLoginTimestamp?: number;
	/** In milliseconds. */
	lastLogin: number;
	/** `false` for a disabled account. Present only for administrators. */
	enabled?: boolean;
}

/**
 * Sign in with Nextcloud.
 *
 * @see https://docs.nextcloud.com/server/latest/admin_manual/configuration_server/oauth2.html
 */
export const nextcloud = defineProvider(({ baseUrl }: NextcloudConfig): ProviderDefinition<NextcloudUser> => {
	const pages = normalizeUrl(baseUrl);
	// The API is beside `index.php`, not below it.
	const web = pages.replace(/\/+index\.php$/, "");
	return {
		id: "nextcloud",
		name: "Nextcloud",
		endpoints: {
			authorization: `${pages}/apps/oauth2/authorize`,
			token: `${pages}/apps/oauth2/api/v1/token`,
			user: `${web}/ocs/v2.php/cloud/user?format=json`,
			// Followed by `/ocs/v2.php` or `/remote.php/dav`.
			api: web,
		},
		idServer: web,
		clientAuth: "client_secret_post",
		pkce: "S256",
		userRequest: { headers: { "OCS-APIRequest": "true" } },
		userPath: "ocs.data",
		scope: [],
		required: { baseUrl },
		invalid: { baseUrl: urlProblem(baseUrl) },
		tokenPolicy: { endsAccessToken: true },
		// Nextcloud has no other error for a refresh token. A wrong client secret is `invalid_client`.
		invalidGrantErrors: ["invalid_request"],

		toProfile: ({ id, displayname, email, language }) => ({
			id,
			username: id,
			name: displayname,
			email,
			locale: language,
		}),
	};
});

export default nextcloud;
