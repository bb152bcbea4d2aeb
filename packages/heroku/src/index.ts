import { defineProvider, type ProviderConfig } from "@oauth/core/provider";

export interface HerokuConfig extends ProviderConfig {}

/** `GET /account` */
export interface HerokuUser {
	/** A UUID. */
	id: string;
	email: string;
	name: string | null;
	/** Whether the account has billing information, such as a payment card. It says nothing about the e-mail address. */
	verified: boolean;
	/** Whether the account belongs to the identity provider of a company. */
	federated: boolean;
	/** Of a federated account. */
	identity_provider: {
		id: string;
		name?: string;
		team?: { name: string };
		owner?: { id: string; name: string; type: string };
	} | null;
	two_factor_authentication: boolean;
	suspended_at: string | null;
	/** When the account first owed Heroku money. */
	delinquent_at: string | null;
	allow_tracking: boolean;
	beta: boolean;
	country_of_residence: string | null;
	default_team: { id: string; name: string } | null;
	sms_number: string | null;
	created_at: string;
	updated_at: string;
	last_login: string | null;
}

/**
 * Sign in with Heroku.
 *
 * @see https://devcenter.heroku.com/articles/oauth
 */
export const heroku = defineProvider<HerokuConfig, HerokuUser>({
	id: "heroku",
	name: "Heroku",
	endpoints: {
		authorization: "https://id.heroku.com/oauth/authorize",
		token: "https://id.heroku.com/oauth/token",
		user: "https://api.heroku.com/account",
		api: "https://api.heroku.com",
	},
	clientAuth: "client_secret_post",
	pkce: "S256",
	// Without a scope Heroku grants `global`, which is full access.
	scope: ["identity"],
	userRequest: {
		// Heroku's API needs to be told its version.
		headers: { accept: "application/vnd.heroku+json; version=3" },
		// An error has an `id` too, which is not that of a user.
		findProblem: (response) => (Object(response).message ? "the response is an error" : undefined),
	},
	tokenPolicy: { rotation: "never" },
	// Not its id, `unauthorized`, which other refusals have too.
	invalidGrantErrors: ["OAuth authorization invalid."],

	// `verified` is not about the e-mail address.
	toProfile: ({ id, name, email }) => ({ id, name, email }),
});

export default heroku;
