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
	 * The fields of the user to ask for, such as `["id", "name", "picture.width(400)"]`.
	 *
	 * @default the id, the names, the picture and, with `email`, the e-mail address
	 */
	fields?: string[] | undefined;
	/** The id of a configuration of Facebook Login for Business. */
	configId?: string | undefined;
}

/** `GET /me`: what is not asked for, not there or not allowed is left out. */
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
			},
			clientAuth: "client_secret_post",
			pkce: "S256",
			scope: ["public_profile"],
			emailScope: "email",
			emailNeedsGrant: true,
			authorizationParams: { config_id: configId },
			invalid: { graphVersion: /^v\d+\.\d+$/.test(graphVersion) ? undefined : "must look like v25.0" },
			refresh: false,

			// Without fields, only the id and the name come back.
			getUser: ({ get, endpoints, email }) =>
				get(`${endpoints.user}?fields=${fields ?? (email ? [...FIELDS, "email"] : FIELDS)}`),

			// Nothing says whether the address is verified.
			toProfile: ({ id, name, first_name, last_name, email, picture }) => ({
				id,
				name,
				givenName: first_name,
				familyName: last_name,
				email,
				picture: picture?.data?.url,
			}),

			// The user's own token is the proof.
			revocationRequest: (token) => ({ method: "DELETE", clientAuth: "none", accessToken: token }),
		};
	},
);

export default facebook;
