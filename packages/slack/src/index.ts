import {
	defineOidcProvider,
	type IdTokenClaims,
	type OidcDefinition,
	type OidcProviderConfig,
} from "@oauth/oidc";

export interface SlackConfig extends OidcProviderConfig {
	/** The workspace that the user must sign in from, such as `T0123ABCD`. It is sent, and checked in the ID token. */
	team?: string | undefined;
}

/** The claims of the ID token. */
export interface SlackUser extends IdTokenClaims {
	/** The user's id, which is unique in the workspace. */
	sub: string;
	/** The same as `sub`. */
	"https://slack.com/user_id": string;
	/** The workspace that the user has signed in from. */
	"https://slack.com/team_id": string;
	/** The Enterprise organization of the workspace, if it belongs to one. */
	"https://slack.com/enterprise_id"?: string;
	email?: string;
	email_verified?: boolean;
	/** In seconds since 1970. */
	date_email_verified?: number;
	name?: string;
	/** May be empty, like `family_name`. */
	given_name?: string;
	family_name?: string;
	locale?: string;
	"https://slack.com/user_image_192"?: string;
	"https://slack.com/user_image_512"?: string;
}

const TEAM = "https://slack.com/team_id";

/**
 * Sign in with Slack.
 *
 * @see https://docs.slack.dev/authentication/sign-in-with-slack/
 */
export const slack = defineOidcProvider(
	({ team }: SlackConfig): OidcDefinition<SlackUser> => ({
		id: "slack",
		name: "Slack",
		issuer: "https://slack.com",
		endpoints: {
			authorization: "https://slack.com/openid/connect/authorize",
			token: "https://slack.com/api/openid.connect.token",
			jwks: "https://slack.com/openid/connect/keys",
			api: "https://slack.com/api",
		},
		clientAuth: "client_secret_post",
		algorithms: ["RS256"],
		// Slack has PKCE for public clients, and may respond `internal_error` to a code verifier with a client secret.
		pkce: "unsupported",
		authorizationParams: { team },
		invalid: { team: team === "" && "must be a workspace's id, such as T0123ABCD" },
		invalidGrantErrors: ["invalid_refresh_token"],

		findWrongClaim({ [TEAM]: workspace }) {
			// It is a part of the user's id.
			if (typeof workspace !== "string" || !workspace) return TEAM;
			// `team` in the request is only a hint: the user can remove it from the URL.
			return team === undefined || workspace === team ? undefined : TEAM;
		},

		// A `sub` is unique in its workspace only. The claim `picture` is in the userinfo response only.
		toProfile: ({ sub, name, given_name, family_name, email, email_verified, locale, ...claims }) => ({
			id: `${sub}@${claims[TEAM]}`,
			name,
			givenName: given_name,
			familyName: family_name,
			email,
			emailVerified: email_verified,
			picture: claims["https://slack.com/user_image_512"],
			locale,
		}),
	}),
);

export default slack;
