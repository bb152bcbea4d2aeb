import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface LinearConfig extends ProviderConfig {}

/** The `viewer` of Linear's GraphQL API. */
export interface LinearUser {
	id: string;
	/** The full name. */
	name: string;
	/** The nickname, which is unique in the workspace. */
	displayName: string;
	email: string;
	avatarUrl: string | null;
	url: string;
	/** A user who is suspended is refused. */
	active: boolean;
	/** Whether this is the app's own user in the workspace. It is refused. */
	app: boolean;
	/** Whether the user can see only some teams of the workspace. */
	guest: boolean;
	/** The workspace that the user belongs to. Its name and its URL key can change. */
	organization: { id: string; name: string; urlKey: string };
}

const QUERY =
	"{ viewer { id name displayName email avatarUrl url active app guest organization { id name urlKey } } }";

/**
 * Sign in with Linear.
 *
 * @see https://linear.app/developers/oauth-2-0-authentication
 */
export const linear = defineProvider<LinearConfig, LinearUser>({
	id: "linear",
	name: "Linear",
	endpoints: {
		authorization: "https://linear.app/oauth/authorize",
		token: "https://api.linear.app/oauth/token",
		revocation: "https://api.linear.app/oauth/revoke",
		user: "https://api.linear.app/graphql",
		api: "https://api.linear.app",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	userRequest: { method: "POST", json: { query: QUERY } },
	userPath: "data.viewer",
	scope: ["read"],
	scopeSeparator: ",",
	tokenPolicy: { leeway: 1800 },

	accountProblem: ({ app, active }) => {
		// There is one in each workspace, and an admin can get it by adding `actor=app` to the URL.
		if (app === true) return "is the app's own: it must not send the parameter actor=app";
		return active === false && "is suspended";
	},

	toProfile: ({ id, displayName, name, email, avatarUrl, url }) => ({
		id,
		username: displayName,
		name,
		email,
		picture: avatarUrl,
		url,
	}),
});

export default linear;
