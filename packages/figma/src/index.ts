import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface FigmaConfig extends ProviderConfig {}

/** `GET /v1/me` */
export interface FigmaUser {
	/** Digits, often too many for a JavaScript number. */
	id: string;
	/** The name that Figma shows. Others can have the same one. */
	handle: string;
	img_url: string;
	email: string;
}

/**
 * Sign in with Figma.
 *
 * @see https://developers.figma.com/docs/rest-api/oauth-apps/
 */
export const figma = defineProvider<FigmaConfig, FigmaUser>({
	id: "figma",
	name: "Figma",
	endpoints: {
		authorization: "https://www.figma.com/oauth",
		token: "https://api.figma.com/v1/oauth/token",
		refresh: "https://api.figma.com/v1/oauth/refresh",
		user: "https://api.figma.com/v1/me",
		api: "https://api.figma.com",
	},
	clientAuth: "client_secret_basic",
	pkce: "S256",
	scope: ["current_user:read"],
	tokenPolicy: { rotation: "never", endsAccessToken: true },

	toProfile: ({ id, handle, email, img_url }) => ({
		id,
		name: handle,
		email,
		picture: img_url,
	}),
});

export default figma;
