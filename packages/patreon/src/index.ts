import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface PatreonConfig extends ProviderConfig {
	redirectUri: string;
	/** Names your app in every request to Patreon, such as `Example - Website`. `oauth-patreon` unless told. */
	userAgent?: string;
}

/** The `data` of `GET /api/oauth2/v2/identity`, which is the person. */
export interface PatreonUser {
	type: "user";
	/** Digits. */
	id: string;
	attributes: {
		full_name: string;
		first_name: string | null;
		last_name: string | null;
		/** Absent without the scope `identity[email]`. */
		email?: string;
		is_email_verified?: boolean;
		/** 400 pixels wide. */
		image_url: string;
		/** 100 pixels square. */
		thumb_url: string;
		/** The person's page. */
		url: string;
		/** Not everybody has one, and Patreon calls it deprecated. */
		vanity: string | null;
		about: string | null;
		created: string;
	};
}

const FIELDS =
	"about,created,email,first_name,full_name,image_url,is_email_verified,last_name,thumb_url,url,vanity";

/**
 * Sign in with Patreon.
 *
 * @see https://docs.patreon.com/#oauth
 */
export const patreon = defineProvider<PatreonConfig, PatreonUser>(({ redirectUri, userAgent }) => ({
	id: "patreon",
	name: "Patreon",
	endpoints: {
		authorization: "https://www.patreon.com/oauth2/authorize",
		token: "https://www.patreon.com/api/oauth2/token",
		user: "https://www.patreon.com/api/oauth2/v2/identity",
	},
	headers: { "user-agent": userAgent },
	clientAuth: "client_secret_post",
	pkce: "unsupported",
	scope: ["identity", "identity[email]"],
	required: { redirectUri },

	// Without fields, only the id comes back. Their brackets have to be encoded.
	async getUser({ get, endpoints }) {
		const { data } = await get(`${endpoints.user}?fields%5Buser%5D=${FIELDS}`);
		return data;
	},

	toProfile: ({ id, attributes }) => ({
		id,
		username: attributes.vanity,
		name: attributes.full_name,
		givenName: attributes.first_name,
		familyName: attributes.last_name,
		email: attributes.email,
		emailVerified: attributes.is_email_verified,
		picture: attributes.image_url,
		url: attributes.url,
	}),
}));

export default patreon;
