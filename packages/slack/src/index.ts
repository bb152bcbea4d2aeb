import { defineOidcProvider, type IdTokenClaims, type OidcProviderConfig } from "@oauth/oidc";

export interface SlackConfig extends OidcProviderConfig {
	redirectUri: string;
	/** The workspace that the user must sign in from, such as `T0123ABCD`. */
	team?: string;
}

/** The claims of the ID token. */
export interface SlackUser extends IdTokenClaims {
	/** The user's id at Slack. */
	"https://slack.com/user_id": string;
	/** The workspace that the user has signed in from. */
	"https://slack.com/team_id": string;
	email?: string;
	email_verified?: boolean;
	/** In seconds since 1970. */
	date_email_verified?: number;
	name?: string;
	/** Can be an empty text, like `family_name`. */
	given_name?: string;
	family_name?: string;
	locale?: string;
	"https://slack.com/user_image_192"?: string;
	"https://slack.com/user_image_512"?: string;
}

/**
 * Sign in with Slack.
 *
 * @see https://docs.slack.dev/authentication/sign-in-with-slack/
 */
export const slack = defineOidcProvider<SlackConfig, SlackUser>(({ team }) => ({
	id: "slack",
	name: "Slack",
	issuer: "https://slack.com",
	endpoints: {
		authorization: "https://slack.com/openid/connect/authorize",
		token: "https://slack.com/api/openid.connect.token",
		jwks: "https://slack.com/openid/connect/keys",
		userinfo: "https://slack.com/api/openid.connect.userInfo",
	},
	clientAuth: "client_secret_post",
	algorithms: ["RS256"],
	authorizationParams: { team },

	// The `team` of the request is a hint, which the person can take out of the address.
	findWrongClaim: (claims) =>
		team !== undefined && claims["https://slack.com/team_id"] !== team
			? "https://slack.com/team_id"
			: undefined,

	// The claim `picture` is in the userinfo answer only.
	toProfile: ({ sub, name, given_name, family_name, email, email_verified, locale, ...claims }) => ({
		id: sub,
		name,
		givenName: given_name,
		familyName: family_name,
		email,
		emailVerified: email_verified,
		picture: claims["https://slack.com/user_image_512"],
		locale,
	}),
}));

export default slack;
