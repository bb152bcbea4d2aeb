import { defineProvider, type EmailConfig, type ProviderConfig } from "@oauth/core/provider";

export interface OpenStreetMapConfig extends ProviderConfig, EmailConfig {}

/** The `user` of `GET /api/0.6/user/details.json` */
export interface OpenStreetMapUser {
	id: number;
	/** Unique, but the user can change it. */
	display_name: string;
	account_created: string;
	/** Markdown or HTML, or empty. */
	description?: string;
	company?: string;
	social_links?: { url: string; platform: string | null }[];
	contributor_terms: { agreed: boolean; pd: boolean };
	/** Absent if the user has none. */
	img?: { href: string };
	/** Such as `moderator` or `administrator`. Most users have none. */
	roles: string[];
	changesets: { count: number };
	traces: { count: number };
	/** `active` is always 0: a user with an active block can't sign in. */
	blocks: {
		received: { count: number; active: number };
		/** Only of a moderator. */
		issued?: { count: number; active: number };
	};
	/** Where the user lives. Absent if the user has not set it. */
	home?: { lat: number; lon: number; zoom: number };
	/** The user's preferred languages, the best first. Absent if none is set. */
	languages?: string[];
	messages?: { received: { count: number; unread: number }; sent: { count: number } };
	/** Present with the scope `read_email` only, which OpenStreetMap keeps for its own administrators' apps. */
	email?: string;
}

/**
 * Sign in with OpenStreetMap.
 *
 * @see https://wiki.openstreetmap.org/wiki/OAuth
 */
export const openstreetmap = defineProvider<OpenStreetMapConfig, OpenStreetMapUser>({
	id: "openstreetmap",
	name: "OpenStreetMap",
	issuer: "https://www.openstreetmap.org",
	endpoints: {
		authorization: "https://www.openstreetmap.org/oauth2/authorize",
		token: "https://www.openstreetmap.org/oauth2/token",
		revocation: "https://www.openstreetmap.org/oauth2/revoke",
		user: "https://api.openstreetmap.org/api/0.6/user/details.json",
		api: "https://api.openstreetmap.org/api/0.6",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	userPath: "user",
	scope: ["read_prefs"],
	emailScope: "read_email",
	emailNeedsGrant: true,
	refresh: false,

	// OpenStreetMap does not say whether the e-mail address is verified.
	toProfile: ({ id, display_name, email, img, languages }) => ({
		id,
		username: display_name,
		name: display_name,
		email,
		picture: img?.href,
		locale: languages?.[0],
	}),
});

export default openstreetmap;
