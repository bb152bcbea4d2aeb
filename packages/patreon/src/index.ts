import {
	defineProvider,
	type EmailConfig,
	headerProblem,
	type ProviderConfig,
	type ProviderDefinition,
} from "@oauth/core/provider";

export interface PatreonConfig extends ProviderConfig, EmailConfig {
	/**
	 * The app's name, such as `Example - Website`. It is the `User-Agent` of every request to Patreon.
	 *
	 * @default "oauth-patreon"
	 */
	userAgent?: string | undefined;
}

/** The `data` of `GET /api/oauth2/v2/identity`. */
export interface PatreonUser {
	type: "user";
	/** A string of digits. */
	id: string;
	/** The fields that were asked for. */
	attributes?: {
		full_name?: string;
		first_name?: string | null;
		last_name?: string | null;
		/** Absent without the scope `identity[email]`. */
		email?: string;
		is_email_verified?: boolean;
		/** 400 pixels wide. */
		image_url?: string;
		/** 100 pixels square. */
		thumb_url?: string;
		/** The user's page. */
		url?: string;
		/** Not everybody has one, and Patreon calls it deprecated. */
		vanity?: string | null;
		about?: string | null;
		created?: string;
	};
}

const FIELDS =
	"about,created,email,first_name,full_name,image_url,is_email_verified,last_name,thumb_url,url,vanity";

/**
 * Sign in with Patreon.
 *
 * @see https://docs.patreon.com/#oauth
 */
export const patreon = defineProvider(
	({ userAgent }: PatreonConfig): ProviderDefinition<PatreonUser, "user"> => ({
		id: "patreon",
		name: "Patreon",
		endpoints: {
			authorization: "https://www.patreon.com/oauth2/authorize",
			token: "https://www.patreon.com/api/oauth2/token",
			user: "https://www.patreon.com/api/oauth2/v2/identity",
			api: "https://www.patreon.com/api/oauth2/v2",
		},
		headers: { "user-agent": userAgent },
		invalid: { userAgent: headerProblem(userAgent) },
		clientAuth: "client_secret_post",
		pkce: "unsupported",
		scope: ["identity"],
		emailScope: "identity[email]",

		// Without fields, only the id comes back. The brackets have to be encoded.
		async getUser({ endpoints, get }) {
			const { data } = await get(`${endpoints.user}?fields%5Buser%5D=${FIELDS}`);
			return data;
		},

		toProfile: ({ id, attributes }) => ({
			id,
			username: attributes?.vanity,
			name: attributes?.full_name,
			givenName: attributes?.first_name,
			familyName: attributes?.last_name,
			email: attributes?.email,
			emailVerified: attributes?.is_email_verified,
			picture: attributes?.image_url,
			url: attributes?.url,
		}),
	}),
);

export default patreon;
