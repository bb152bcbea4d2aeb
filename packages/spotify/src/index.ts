import { defineProvider, type EmailConfig, failure, type ProviderConfig } from "@oauth/core/provider";

export interface SpotifyConfig extends ProviderConfig, EmailConfig {}

/** `GET /v1/me`. An app in development mode gets no `email`, `country` and `product`. */
export interface SpotifyUser {
	/** Never changes. */
	account_id: string;
	/** The user name. Spotify says not to link accounts by it. */
	id: string;
	display_name: string | null;
	/** As the user typed it, and not verified. */
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
export const spotify = defineProvider<SpotifyConfig, SpotifyUser, "user">({
	id: "spotify",
	name: "Spotify",
	endpoints: {
		authorization: "https://accounts.spotify.com/authorize",
		token: "https://accounts.spotify.com/api/token",
		user: "https://api.spotify.com/v1/me",
		api: "https://api.spotify.com/v1",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: [],
	emailScope: "user-read-email",
	tokenPolicy: { rotation: "never" },

	// No fallback to `id`: one user would get two ids, and one id could mean two users.
	async getUser({ client, endpoints, get }) {
		const user = await get(endpoints.user);
		if (user?.account_id) return user;
		throw failure(client, "INVALID_PROFILE", { step: "user", reason: "the response has no account_id" });
	},

	toProfile: ({ account_id, id, display_name, email, images, external_urls }) => ({
		id: account_id,
		username: id,
		name: display_name,
		email,
		picture: images?.[0]?.url,
		url: external_urls?.spotify,
	}),
});

export default spotify;
