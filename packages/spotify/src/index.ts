import { defineProvider, type ProviderConfig } from "@oauth/core";

export interface SpotifyConfig extends ProviderConfig {
	redirectUri: string;
}

/** `GET https://api.spotify.com/v1/me`. An app in development mode gets no `email`, `country` and `product`. */
export interface SpotifyUser {
	/** Immutable. */
	account_id: string;
	/** The user name. Spotify says not to link accounts by it. */
	id: string;
	display_name: string | null;
	/** As the person typed it: unverified. */
	email?: string;
	external_urls?: { spotify?: string };
	images?: { url: string; height: number | null; width: number | null }[];
	uri: string;
	/** Needs the scope `user-read-private`. */
	country?: string;
	/** Needs the scope `user-read-private`. */
	product?: string;
}

/**
 * Sign in with Spotify.
 *
 * @see https://developer.spotify.com/documentation/web-api/tutorials/code-flow
 */
export const spotify = defineProvider<SpotifyConfig, SpotifyUser>(({ redirectUri }) => ({
	id: "spotify",
	name: "Spotify",
	endpoints: {
		authorization: "https://accounts.spotify.com/authorize",
		token: "https://accounts.spotify.com/api/token",
		user: "https://api.spotify.com/v1/me",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["user-read-email"],
	required: { redirectUri },

	getUser: ({ get, endpoints }) => get(endpoints.user),

	// Without an `account_id` there is no falling back to `id`: one person would have two ids, and one id could mean two.
	toProfile: ({ account_id, id, display_name, email, images, external_urls }) => ({
		id: account_id,
		username: id,
		name: display_name,
		email,
		picture: images?.[0]?.url,
		url: external_urls?.spotify,
	}),
}));

export default spotify;
