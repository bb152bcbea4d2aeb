import {
	defineProvider,
	type EmailConfig,
	type ProviderConfig,
	type ProviderDefinition,
} from "@oauth/core/provider";

export interface FacebookConfig extends ProviderConfig, EmailConfig {
	/**
	 * The version of the Graph API and of the login dialog.
	 *
	 * @default "v25.0"
	 */
	graphVersion?: string | undefined;
	/**
	 * The fields of the user to ask for, such as `["id", "name", "picture.width(400)"]`. Keep `id` among them.
	 *
	 * @default `id`, `name`, `first_name`, `last_name`, `picture` and, with `email: true`, `email`
	 */
	fields?: string[] | undefined;
	/** The id of a configuration of Facebook Login for Business, sent as `config_id`. */
	configId?: string | undefined;
}

/** `GET /me`. Fields that the user does not have or has not allowed are left out. */
export interface FacebookUser {
	/** Unique within this app. */
	id: string;
	name?: string;
	first_name?: string;
	last_name?: string;
	email?: string;
	picture?: { data?: { url: string; width: number; height: number; is_silhouette: boolean } };
}

const FIELDS = ["id", "name", "first_name", "last_name", "picture"];

/**
 * Sign in with Facebook.
 *
 * @see https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow
 */
export const facebook = defineProvider(
	({
		graphVersion = "v25.0",
		fields,
		configId,
	}: FacebookConfig): ProviderDefinition<FacebookUser, "user"> => {
		const graph = `https://graph.facebook.com/${graphVersion}`;
		return {
			id: "facebook",
			name: "Facebook",
			endpoints: {
				authorization: `https://www.facebook.com/${graphVersion}/dialog/oauth`,
				token: `${graph}/oauth/access_token`,
				revocation: `${graph}/me/permissions`,
				user: `${graph}/me`,
				api: graph,
			},
			clientAuth: "client_secret_post",
			pkce: "S256",
			scope: ["public_profile"],
			emailScope: "email",
			emailNeedsGrant: true,
			authorizationParams: { config_id: configId },
			invalid: { graphVersion: /^v\d+\.\d+$/.test(graphVersion) ? undefined : "must look like v25.0" },
			refresh: false,

			// Without `fields`, only the id and the name come back.
			getUser({ get, endpoints, email }) {
				const defaultFields = email ? [...FIELDS, "email"] : FIELDS;
				return get(`${endpoints.user}?fields=${fields ?? defaultFields}`);
			},

			// Facebook does not say whether the address is verified.
			toProfile: ({ id, name, first_name, last_name, email, picture }) => ({
				id,
				name,
				givenName: first_name,
				familyName: last_name,
				email,
				picture: picture?.data?.url,
			}),

			// The token itself authorizes its revocation: the app is not authenticated.
			revocationRequest: (token) => ({ method: "DELETE", clientAuth: "none", accessToken: token }),
		};
	},
);

export default facebook;
