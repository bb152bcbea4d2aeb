import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";

export interface PolarConfig extends OidcProviderConfig {
	/**
	 * `sandbox` for Polar's test server, which has its own apps and users. The `providerUserId` of its users ends in
	 * `@sandbox.polar.sh`.
	 *
	 * @default "production"
	 */
	environment?: "production" | "sandbox" | undefined;
}

/** The claims of the ID token. */
export interface PolarUser extends IdTokenClaims {
	/** The user's UUID. */
	sub: string;
	/** Sent, like `email_verified`, only if the app asks for it. */
	email?: string;
	email_verified?: boolean;
}

/**
 * Sign in with Polar.
 *
 * @see https://polar.sh/docs/integrate/oauth2/connect
 */
export const polar = defineOidcProvider(
	({ environment = "production" }: PolarConfig): OidcDefinition<PolarUser> => {
		const isSandbox = environment === "sandbox";
		const web = isSandbox ? "https://sandbox.polar.sh" : "https://polar.sh";
		const api = isSandbox ? "https://sandbox-api.polar.sh" : "https://api.polar.sh";
		return {
			id: "polar",
			name: "Polar",
			// The sandbox names it too.
			issuer: "https://polar.sh",
			endpoints: {
				authorization: `${web}/oauth2/authorize`,
				token: `${api}/v1/oauth2/token`,
				jwks: `${api}/.well-known/jwks.json`,
				revocation: `${api}/v1/oauth2/revoke`,
				api: `${api}/v1`,
			},
			clientAuth: "client_secret_post",
			// `profile` brings nothing, and has to be ticked like the others.
			scope: ["openid"],
			emailNeedsGrant: true,
			// An app whose default is `organization` would shut out users who have none.
			authorizationParams: { sub_type: "user" },
			invalid: {
				environment: !isSandbox && environment !== "production" && `must be "production" or "sandbox"`,
			},

			// `name` is an organization's.
			toProfile: ({ sub, email, email_verified }) => ({
				id: isSandbox ? `${sub}@sandbox.polar.sh` : sub,
				email,
				emailVerified: email_verified,
			}),
		};
	},
);

export default polar;
