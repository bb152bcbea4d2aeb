import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface DigitalOceanConfig extends ProviderConfig {}

/** The `account` of `GET /v2/account` */
export interface DigitalOceanUser {
	/** The user's id, and not the team's. */
	uuid: string;
	/** The e-mail address that the user registered with. */
	email: string;
	email_verified: boolean;
	/** The display name. */
	name?: string;
	status: "active" | "warning" | "locked";
	/** The reason for the status. Blank if there is none. */
	status_message: string;
	/** The team that the user picked at this sign-in. */
	team?: { uuid: string; name: string };
}

/**
 * Sign in with DigitalOcean.
 *
 * @see https://docs.digitalocean.com/reference/api/oauth/
 */
export const digitalocean = defineProvider<DigitalOceanConfig, DigitalOceanUser>({
	id: "digitalocean",
	name: "DigitalOcean",
	endpoints: {
		authorization: "https://cloud.digitalocean.com/v1/oauth/authorize",
		token: "https://cloud.digitalocean.com/v1/oauth/token",
		revocation: "https://cloud.digitalocean.com/v1/oauth/revoke",
		user: "https://api.digitalocean.com/v2/account",
		api: "https://api.digitalocean.com",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	userPath: "account",
	scope: ["account:read"],
	tokenPolicy: { endsAccessToken: true, revocableToken: "access_token" },

	// The token response names the user too, but does not say whether the e-mail address is verified.
	toProfile: ({ uuid, name, email, email_verified }) => ({
		id: uuid,
		name,
		email,
		emailVerified: email_verified,
	}),

	// The token authenticates the request in place of the client.
	revocationRequest: (token) => ({ clientAuth: undefined, accessToken: token, form: { token } }),
});

export default digitalocean;
