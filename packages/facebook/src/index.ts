import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface FacebookConfig extends ProviderConfig {
	redirectUri: string;
	/** The version of the Graph API and of the login dialog, such as `v25.0`, which is the one unless told. */
	graphVersion?: string;
	/** The fields of the user to ask for, in place of the usual ones, such as `["id", "name", "picture.width(400)"]`. */
	fields?: string[];
	/** The id of a configuration of Facebook Login for Business. */
	configId?: string;
}

/** `GET /me`: what is not asked for, not there or not allowed is left out. */
export interface FacebookUser {
	/** Unique within this app. */
	id: string;
	name?: string;
	first_name?: string;
	last_name?: string;
	email?: string;
	picture?: { data: { url: string; width: number; height: number; is_silhouette: boolean } };
}

const FIELDS = ["id", "name", "first_name", "last_name", "email", "picture"];

/**
 * Sign in with Facebook.
 *
 * @see https://developers.facebook.com/documentation/facebook-login/guides/advanced/manual-flow
 */
export const facebook = defineProvider<FacebookConfig, FacebookUser>(
	({ redirectUri, graphVersion = "v25.0", fields = FIELDS, configId }) => {
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
			scope: ["email", "public_profile"],
			authorizationParams: { config_id: configId },
			required: { redirectUri, graphVersion: /^v\d+\.\d+$/.test(graphVersion) },
			refresh: false,

			// Without fields, only the id and the name come back.
			getUser: ({ get, endpoints }) => get(`${endpoints.user}?fields=${fields.join(",")}`),

			// Nothing says whether the address is verified.
			toProfile: ({ id, name, first_name, last_name, email, picture }) => ({
				id,
				name,
				givenName: first_name,
				familyName: last_name,
				email,
				picture: picture?.data.url,
			}),

			// The person's own token is the proof.
			revocationRequest: (token) => ({
				method: "DELETE",
				clientAuth: "none",
				form: { access_token: token },
			}),
		};
	},
);

export default facebook;
