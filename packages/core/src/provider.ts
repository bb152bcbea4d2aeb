import type { Cookie } from "./cookie.js";
import type { OAuthError } from "./error.js";

/** A sign-in provider, such as what `github(auth, config)` returns. */
export interface OAuthProvider<ProviderUser, User = never, Attributes = never> {
	/** `"github"`: stored with the user, as half of what names the account. */
	readonly id: string;
	/** `"GitHub"`: the brand as the provider spells it, to show to users. */
	readonly name: string;

	/**
	 * Makes the URL to send the user to, for an app that keeps `state` and the PKCE verifier itself.
	 * {@link startSignIn} does that for you.
	 *
	 * @returns the URL as text
	 * @throws OAuthError `INVALID_CONFIG` for a missing or wrong setting
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
	 */
	getAuthorizationUrl(params?: AuthorizationParams): string;

	/**
	 * Redeems the authorization code of a callback whose `state` the app has compared itself. The code is sent once,
	 * whatever happens. {@link handleCallback} compares it for you.
	 *
	 * @returns the session: who signed in, and the user that this is in the app
	 * @throws OAuthError `FAILED_REQUEST` (an invalid code, the network, a timeout, a response that can't be read),
	 * `INVALID_ID_TOKEN`, `INVALID_PROFILE` (no user id in the response), `INVALID_CONFIG`; and whatever the user store throws
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
	 */
	validateCallback(code: string, checks?: CallbackChecks): Promise<SessionOf<ProviderUser, User, Attributes>>;

	/**
	 * Begins a sign-in: makes `state`, the PKCE verifier and the nonce, and puts them into a cookie that belongs to this
	 * sign-in alone. Respond with `response()`, or send the user to `url` and set `cookies` yourself.
	 *
	 * @param request the request that asks for the sign-in: its cookies tell which old sign-ins to retire
	 * @returns the URL, the cookies and a ready response
	 * @throws OAuthError `INVALID_CONFIG` for a wrong setting or option; `NOT_A_NAVIGATION` for a prefetch or a subresource;
	 * `FAILED_REQUEST` or `ISSUER_MISMATCH` where the endpoints have to be discovered first
	 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1
	 */
	startSignIn(request: RequestLike, options?: SignInOptions): Promise<SignIn>;

	/**
	 * Completes the sign-in: validates the callback and returns the session. Stops at the first check that fails: the
	 * parameters, the flow's cookie, its age and binding, the issuer, the provider's error. Only then is the code redeemed.
	 *
	 * @param request the request to the redirect URI
	 * @returns the session, with `redirectTo`, `intent` and the `cookie` that retires the flow
	 * @throws OAuthError `INVALID_CALLBACK`, `FLOW_MISSING`, `FLOW_MISMATCH`, `FLOW_EXPIRED`, `ISSUER_MISMATCH`,
	 * `ACCESS_DENIED` (the user declined), `AUTHORIZATION_FAILED`, `NOT_A_NAVIGATION`, and all that
	 * {@link validateCallback} throws. Where the flow is known, the error's `cookie` retires it.
	 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
	 */
	handleCallback(
		request: RequestLike,
		options?: CallbackOptions,
	): Promise<SessionOf<ProviderUser, User, Attributes> & FlowResult>;

	/**
	 * Exchanges a refresh token for new tokens. Where the provider sends no new refresh token, the old one is returned.
	 * Concurrent calls for the same refresh token share one request in this process. The request itself is not aborted before
	 * a minute is over: calls with the same token get its result until then.
	 *
	 * @returns the tokens, to store in place of the old ones
	 * @throws OAuthError `INVALID_GRANT` when the user has to sign in again; `FAILED_REQUEST` for anything else, such as an
	 * outage; `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
	 */
	refreshTokens(refreshToken: string): Promise<Tokens>;

	/**
	 * Revokes a token. Does nothing when the provider says that the token is not valid any more.
	 *
	 * @throws OAuthError `FAILED_REQUEST`, `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc7009
	 */
	revokeToken(token: string): Promise<void>;
}

/** A request as the app has it: a `Request`, the headers of a server action, or the request of Express, Fastify, Koa or Node. */
export interface RequestLike {
	headers:
		| { get(name: string): string | null }
		| { readonly [name: string]: string | readonly string[] | undefined };
	/** @default "GET" */
	method?: string | undefined;
	/** A URL, or a path with its query. The callback needs it. */
	url?: string | undefined;
	/** A stream, text, or what a body parser has read. The callback of a provider that answers by POST needs it. */
	body?: unknown;
}

/** What the provider says about the user who signed in. All that there is without a user store. */
export interface ProviderIdentity<ProviderUser, TokenSet = Tokens> {
	/** The provider's own response, typed as the provider documents it. */
	providerUser: ProviderUser;
	/** Stable, immutable and never empty: with the provider's id it names the account. */
	providerUserId: string;
	/** The same in one shape for all providers. */
	profile: Profile;
	tokens: TokenSet;
	/**
	 * The requests about the user that failed though the user is known: what they would have said is missing for now. Empty
	 * when all succeeded, and then what is absent from the profile is not there at all.
	 */
	failedRequests: OAuthError[];
}

/** A {@link ProviderIdentity} and the user that it means in the app. */
export interface UserSession<ProviderUser, User, Attributes, TokenSet = Tokens>
	extends ProviderIdentity<ProviderUser, TokenSet> {
	/** The user whose account this is; `null` for a first-time user. */
	existingUser: User | null;

	/**
	 * Creates the user, with this account as theirs. When two callbacks race, both return the user that won.
	 *
	 * @throws OAuthError `FLOW_MISMATCH` in a flow that began with the intent `link`; and whatever the user store throws
	 */
	createUser(userAttributes?: Attributes): Promise<User>;

	/**
	 * Attaches this account to a user who is signed in. Does nothing when it is already theirs.
	 *
	 * @throws OAuthError `ACCOUNT_IN_USE` when it belongs to another user; `FLOW_MISMATCH` in a flow that did not begin
	 * with the intent `link`; and whatever the user store throws
	 */
	linkAccount(userId: string): Promise<void>;
}

/** Any session of any provider, open to what a provider adds: the original contract. */
export interface ProviderSession<ProviderUser, User, Attributes, TokenSet = Tokens>
	extends UserSession<ProviderUser, User, Attributes, TokenSet>,
		Partial<FlowResult> {
	// biome-ignore lint/suspicious/noExplicitAny: as the original contract has it
	[data: string]: any;
}

/** A {@link UserSession} with a user store, a {@link ProviderIdentity} without one. */
export type SessionOf<ProviderUser, User, Attributes, TokenSet = Tokens> = [User] extends [never]
	? ProviderIdentity<ProviderUser, TokenSet>
	: UserSession<ProviderUser, User, Attributes, TokenSet>;

/** What `handleCallback` adds to the session. */
export interface FlowResult {
	/** What `startSignIn` was given: a path of this site. */
	redirectTo?: string;
	/** What `startSignIn` was given. */
	intent: Intent;
	/** Retires the flow: set it on the response. */
	cookie: Cookie;
}

/** The user's profile, in the same shape for every provider. What the provider doesn't say is absent. */
export interface Profile {
	id: string;
	username?: string;
	name?: string;
	givenName?: string;
	familyName?: string;
	/** Data to show or to write to. Never an identity: addresses change hands. */
	email?: string;
	/** `true` only where the provider vouches for the address; absent where it doesn't say. */
	emailVerified?: boolean;
	picture?: string;
	locale?: string;
	url?: string;
}

/** The tokens that the provider issued. */
export interface Tokens {
	accessToken: string;
	tokenType: string;
	expiresAt?: Date;
	refreshToken?: string;
	refreshTokenExpiresAt?: Date;
	/** As granted, where the provider says so: it may be less than was asked for. */
	scope?: string[];
	idToken?: string;
	/** The token endpoint's response as it came. */
	raw: Record<string, unknown>;
}

/** An account at a provider. */
export interface Account {
	providerId: string;
	providerUserId: string;
}

/** What the provider says about the owner of an account. */
export interface AccountIdentity {
	/** The provider's own response. */
	providerUser: unknown;
	profile: Profile;
}

/** The place where the app keeps its users, in three functions of its own. */
export interface UserStore<User, Attributes> {
	/** Finds the user whose account it is. Returns `null` when it is nobody's. `identity` says more about its owner. */
	getUser(account: Account, identity: AccountIdentity): Promise<User | null>;
	/** Creates a user with this account. Must fail when the account has become somebody's: let a unique key see to it. */
	createUser(account: Account, attributes: Attributes): Promise<User>;
	/** Gives the account to a user. Must fail when it is another user's, and succeed when it is theirs already. */
	linkAccount(userId: string, account: Account): Promise<void>;
	/** Tells a store from Lucia, which has it. */
	useKey?: undefined;
}

/** The settings that every provider takes. */
export interface ProviderConfig {
	/** The app's id, from its registration at the provider. */
	clientId: string | undefined;
	/** The app's secret, from its registration at the provider. */
	clientSecret: string | undefined;
	/** The URL of the callback, exactly as registered at the provider: https, or http on loopback. */
	redirectUri: string;
	/**
	 * Scopes to ask for beside those that sign-in needs.
	 *
	 * @default []
	 */
	scope?: string[] | undefined;
	/** Other URLs for any of the provider's endpoints. */
	endpoints?: Record<string, string> | undefined;
	/**
	 * Used for every request to the provider. Pass the same function each time: what is kept between requests is kept for
	 * each function apart.
	 *
	 * @default the global `fetch`
	 */
	fetch?: typeof fetch | undefined;
	/**
	 * How long each request may take as a whole, in milliseconds.
	 *
	 * @default 10_000
	 */
	timeout?: number | undefined;
}

/** The setting of providers that send an e-mail address when asked for it. */
export interface EmailConfig {
	/**
	 * Whether to ask for the user's e-mail address.
	 *
	 * @default true where every new app may ask; false where it must first be granted or switched on at the provider
	 */
	email?: boolean | undefined;
}

/** Parameters of an authorization request that the app makes itself. */
export interface AuthorizationParams extends RequestedAccess {
	state?: string | undefined;
	/** The S256 challenge of a verifier that the app keeps; see `generateCodeChallenge`. */
	codeChallenge?: string | undefined;
	/** OpenID Connect: comes back in the ID token. */
	nonce?: string | undefined;
}

/** What can be asked for at each sign-in. */
export interface RequestedAccess {
	/** For this sign-in, added to the provider's and the config's. */
	scope?: string[] | undefined;
	/** The account that the provider should suggest. */
	loginHint?: string | undefined;
	/** Such as `consent` or `select_account`. */
	prompt?: string | undefined;
	/** Further parameters of the authorization request. Those that protect the flow are refused. */
	params?: Record<string, string> | undefined;
}

/** What the app kept when it made the authorization request, for `validateCallback`. */
export interface CallbackChecks {
	codeVerifier?: string | undefined;
	nonce?: string | undefined;
}

/** The purpose of a flow: to sign in, or to attach the account to the user who is signed in. */
export type Intent = "sign-in" | "link";

/**
 * The options of `startSignIn`. `linkAccount` works in a flow for `link` only, and `createUser` in one for `sign-in` only.
 * A flow for `link` belongs to the session that began it.
 */
export type SignInOptions = RequestedAccess & {
	/** A path of this site to go on to, such as `/inbox?tab=2`; returned by `handleCallback`. Anything else is refused. */
	redirectTo?: string | undefined;
} & (
		| {
				/** @default "sign-in" */
				intent?: "sign-in" | undefined;
				sessionId?: undefined;
		  }
		| {
				intent: "link";
				/** The id of the session of the user who is signed in. The flow keeps a hash of it. */
				sessionId: string;
		  }
	);

/** The options of `handleCallback`. */
export interface CallbackOptions {
	/** The id of the session of the user who is signed in. A flow for `link` is refused without the one that began it. */
	sessionId?: string | null | undefined;
}

/** A sign-in that has begun. */
export interface SignIn {
	/** The URL to send the user to. */
	url: string;
	/** The flow's cookie, and those that retire the oldest pending flows. */
	cookies: Cookie[];
	state: string;
	/** Returns a 302 to `url` that sets all of these cookies. */
	response(): Response;
}
