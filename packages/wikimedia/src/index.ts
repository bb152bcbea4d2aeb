import {
	defineProvider,
	headerProblem,
	type ProviderConfig,
	type ProviderDefinition,
} from "@oauth/core/provider";

export interface WikimediaConfig extends ProviderConfig {
	/**
	 * The `User-Agent` of every request: your app, its version and a way to contact you, such as
	 * `ExampleApp/1.0 (https://example.com; ops@example.com)`. Wikimedia may block a name that does not say whose it is.
	 *
	 * @default "oauth-wikimedia/1 (https://www.npmjs.com/package/@oauth/wikimedia)"
	 */
	userAgent?: string | undefined;
}

/** `GET /oauth2/resource/profile`. Of a hidden user only `sub` and `blocked` are present. */
export interface WikimediaUser {
	/** The id of the central account, the same on all Wikimedia wikis. */
	sub: string;
	/** Unique, with spaces. Renames change it. */
	username?: string;
	/** On Meta-Wiki, like the other facts below. */
	editcount?: number;
	/** Sent whether or not the app may read the address. */
	email_verified?: boolean;
	/** The same as `email_verified`. */
	confirmed_email?: boolean;
	/** Whether any block of the account is in force on Meta-Wiki, even if it is for one page only. */
	blocked: boolean;
	/** The time of registration, such as `20150201120000`; `null` for some old accounts. */
	registered?: string | null;
	groups?: string[];
	rights?: string[];
	grants?: string[];
	/** Empty: Wikimedia has switched real names off. Absent if the app may not read the e-mail address. */
	realname?: string;
	/** Empty unless it is confirmed. Absent if the app may not read it. */
	email?: string;
}

const REST = "https://meta.wikimedia.org/w/rest.php";
const USER_AGENT = "oauth-wikimedia/1 (https://www.npmjs.com/package/@oauth/wikimedia)";

/**
 * Sign in with Wikimedia.
 *
 * @see https://www.mediawiki.org/wiki/OAuth/For_Developers
 */
export const wikimedia = defineProvider(
	({ userAgent }: WikimediaConfig): ProviderDefinition<WikimediaUser> => ({
		id: "wikimedia",
		name: "Wikimedia",
		endpoints: {
			authorization: `${REST}/oauth2/authorize`,
			token: `${REST}/oauth2/access_token`,
			user: `${REST}/oauth2/resource/profile`,
		},
		headers: { "user-agent": userAgent || USER_AGENT },
		invalid: { userAgent: headerProblem(userAgent) },
		clientAuth: "client_secret_post",
		pkce: "S256",
		// The registration fixes what the app may read. Without scopes it gets all of that.
		scope: [],
		accessDeniedErrors: ["unauthorized_client"],
		tokenPolicy: { leeway: 600 },

		toProfile: ({ sub, username, realname, email, email_verified }) => ({
			// All accounts that do not belong to a central one share 0.
			id: Number(sub) > 0 ? sub : "",
			username,
			name: realname,
			email,
			emailVerified: email_verified,
		}),
	}),
);

export default wikimedia;
