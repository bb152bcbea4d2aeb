import type { Cookie } from "./cookie.js";
import type { OAuthError } from "./error.js";

/** A sign-in provider, such as what `github(auth, config)` returns. */
export interface OAuthProvider<ProviderUser, User = never, Attributes = never> {
	/** `"github"`: stored with the user. Together with `providerUserId` it names the account. */
	readonly id: string;
	/** `"GitHub"`: the brand as the provider spells it, to show to users. */
	readonly name: string;
	/** The base of the provider's API, such as `https://api.github.com`, where it has one. */
	readonly apiUrl?: string | undefined;
	/** How the provider treats the tokens that it issued. */
	readonly tokenPolicy?: TokenPolicy | undefined;

	/**
	 * Makes the URL to send the user to, for an app that keeps `state` and the PKCE code verifier itself.
	 * {@link startSignIn} does that for you.
	 *
	 * @returns the URL as a string
	 * @throws OAuthError `INVALID_CONFIG` for a missing or wrong setting
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
	 */
	getAuthorizationUrl(params?: AuthorizationParams): string;

	/**
	 * Redeems the authorization code of a callback whose `state` the app has compared itself. {@link handleCallback} does
	 * that for you. The code is sent only once, whatever happens.
	 *
	 * @returns the session: who signed in, and which user of the app that is
	 * @throws OAuthError `FAILED_REQUEST` (an invalid code, the network, a timeout, a response that can't be read),
	 * `INVALID_ID_TOKEN`, `INVALID_PROFILE` (no user id in the response), `INVALID_CONFIG`. Errors of the user store are
	 * thrown as they are.
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
	 */
	validateCallback(code: string, checks?: CallbackChecks): Promise<SessionOf<ProviderUser, User, Attributes>>;

	/**
	 * Begins a sign-in: makes `state`, the PKCE code verifier and the nonce, and puts them into a cookie that belongs to this
	 * sign-in alone. Respond with `response()`, or redirect to `url` and set `cookies` yourself.
	 *
	 * @param request the request to your login route: its cookies tell which old sign-ins to retire
	 * @returns the URL, the cookies and a ready response
	 * @throws OAuthError `INVALID_CONFIG` for a wrong setting or option; `NOT_A_NAVIGATION` for a prefetch or a subresource;
	 * `FAILED_REQUEST` or `ISSUER_MISMATCH` where the endpoints have to be discovered first
	 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1
	 */
	startSignIn(request: RequestLike, options?: SignInOptions): Promise<SignIn>;

	/**
	 * Completes a sign-in: validates the callback, redeems the code and returns the session. Checks the parameters, the
	 * flow's cookie, its age and binding, the issuer and the provider's error, in this order, before it redeems the code.
	 *
	 * @param request the request to your callback route, which is the redirect URI
	 * @returns the session, with `redirectTo`, `intent` and the `cookie` that retires the flow
	 * @throws OAuthError `INVALID_CALLBACK`, `FLOW_MISSING`, `FLOW_MISMATCH`, `FLOW_EXPIRED`, `ISSUER_MISMATCH`,
	 * `ACCESS_DENIED` (the user declined), `AUTHORIZATION_FAILED`, `NOT_A_NAVIGATION`; and all
	 * errors of {@link validateCallback}. Where the flow is known, the error's `cookie` retires it.
	 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
	 */
	handleCallback(
		request: RequestLike,
		options?: CallbackOptions,
	): Promise<SessionOf<ProviderUser, User, Attributes> & FlowResult>;

	/**
	 * Exchanges a refresh token for new tokens. Where the provider sends no new refresh token, the old one is returned,
	 * unless it can't be used again. Concurrent calls with the same refresh token share one request in this process. That
	 * request is never aborted: calls with the same token within the first minute get its result.
	 *
	 * @returns the tokens, to store in place of the old ones
	 * @throws OAuthError `INVALID_GRANT` when the user has to sign in again; `FAILED_REQUEST` for anything else, such as an
	 * outage; `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
	 */
	refreshTokens(refreshToken: string, options?: RefreshOptions): Promise<Tokens>;

	/**
	 * Revokes a token. Succeeds also when the provider says that the token is no longer valid.
	 *
	 * @throws OAuthError `FAILED_REQUEST`, `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc7009
	 */
	revokeToken(token: string): Promise<void>;
}

/** Your framework's request: a `Request`, a server action's `{ headers }`, or that of Express, Fastify, Koa or Node. */
export interface RequestLike {
	headers:
		| { get(name: string): string | null }
		| { readonly [name: string]: string | readonly string[] | undefined };
	/** @default "GET" */
	method?: string | undefined;
	/** A URL, or a path with its query. `handleCallback` needs it. */
	url?: string | undefined;
	/** A stream, text, or a parsed form. `handleCallback` needs it where the provider responds by POST. */
	body?: unknown;
}

/** The user who signed in, as the provider describes them. Without a user store this is the whole session. */
export interface ProviderIdentity<ProviderUser, TokenSet = Tokens> {
	/** The provider's `id`, such as `"github"`. */
	providerId: string;
	/** The provider's own response, typed as the provider documents it. */
	providerUser: ProviderUser;
	/** The user's id at the provider: immutable and never empty. Together with `providerId` it names the account. */
	providerUserId: string;
	/** The user in one shape for all providers. */
	profile: Profile;
	tokens: TokenSet;
	/**
	 * The errors of optional requests about the user, whose data is missing this time. When the list is empty, an
	 * absent field of the profile is not available at all.
	 */
	failedRequests: OAuthError[];
}

/** A {@link ProviderIdentity} with the app's user, and the methods that create or link one. */
export interface UserSession<ProviderUser, User, Attributes, TokenSet = Tokens>
	extends ProviderIdentity<ProviderUser, TokenSet> {
	/** The user whose account this is; `null` for a first-time user. */
	existingUser: User | null;

	/**
	 * Creates a user with this account. When two callbacks race, both return the user that was created first.
	 *
	 * @throws OAuthError `FLOW_MISMATCH` in a flow that began with the intent `link`. Errors of the user store are thrown as
	 * they are.
	 */
	createUser(userAttributes?: Attributes): Promise<User>;

	/**
	 * Attaches this account to a user who is signed in. Does nothing when it is already theirs.
	 *
	 * @throws OAuthError `ACCOUNT_IN_USE` when it belongs to another user; `FLOW_MISMATCH` in a flow that did not begin
	 * with the intent `link`. Other errors of the user store are thrown as they are.
	 */
	linkAccount(userId: string): Promise<void>;
}

/** Any session of any provider, open to the members that a provider adds: the original contract. */
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
	/** The path of this site that was passed to `startSignIn`. */
	redirectTo?: string;
	/** The intent that was passed to `startSignIn`. */
	intent: Intent;
	/**
	 * The scopes that this sign-in asked for. Where `tokens.scope` is absent, a provider that keeps to the standard has granted
	 * all of them. Those of this sign-in alone were in the flow's cookie, so the user may have changed them.
	 *
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1
	 */
	requestedScope: string[];
	/** Retires the flow: set it on your response. */
	cookie: Cookie;
}

/** The user's profile, in the same shape for every provider. A field that the provider doesn't send is absent. */
export interface Profile {
	/** The same as `providerUserId`. */
	id: string;
	username?: string;
	/** The full name. Made of `givenName` and `familyName` where the provider has only these. */
	name?: string;
	givenName?: string;
	familyName?: string;
	/** An e-mail address to show or to write to. Never use it to find a user: addresses change hands. */
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
	/** The granted scopes, where the provider sends them. They may be fewer than were asked for. */
	scope?: string[];
	idToken?: string;
	/** The unchanged response of the token endpoint. */
	raw: Record<string, unknown>;
}

/** How a provider treats the tokens that it issued. By default a refresh token is for one use. */
export interface TokenPolicy {
	/**
	 * `"never"` where a refresh token can be used any number of times. `"always"` where each use brings a new one, and a
	 * response without one means that the token was used before, so that the old one is no replacement. By default a refresh
	 * token is for one use, unless the response has no new one.
	 *
	 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.14.2
	 */
	rotation?: "never" | "always";
	/**
	 * How long a refresh token that was used can be used again, in seconds.
	 *
	 * @default 0
	 */
	leeway?: number;
	/** `true` where a refresh ends the previous access token at once. By default it stays valid. */
	endsAccessToken?: true;
	/** The kind of token to revoke where the grant has both. @default "refresh_token" */
	revocableToken?: "access_token";
}

/** The options of `refreshTokens`. */
export interface RefreshOptions {
	/**
	 * How long this call waits for the response, in milliseconds. The request goes on.
	 *
	 * @default the provider's `timeout`
	 */
	timeout?: number | undefined;
	/** Called right before the request is sent, unless another call has sent it. When it throws, nothing is sent. */
	beforeSend?: (() => void) | undefined;
}

/** An account at a provider. */
export interface Account {
	providerId: string;
	providerUserId: string;
}

/** The owner of an account, as the provider describes them. */
export interface AccountIdentity {
	/** The provider's own response. */
	providerUser: unknown;
	profile: Profile;
}

/** An app's own store of users, as three functions. */
export interface UserStore<User, Attributes> {
	/** Finds the user who has the account. Resolves to `null` where nobody has it. `identity` describes its owner. */
	getUser(account: Account, identity: AccountIdentity): Promise<User | null>;
	/** Creates a user with this account. Must reject where a user already has the account: use a unique key. */
	createUser(account: Account, attributes: Attributes): Promise<User>;
	/** Attaches the account to a user. Must reject where another user has it, and succeed where this user already has it. */
	linkAccount(userId: string, account: Account): Promise<void>;
	/** Distinguishes a store from Lucia, which has this method. */
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
	 * Scopes to ask for in addition to those that sign-in needs.
	 *
	 * @default []
	 */
	scope?: string[] | undefined;
	/** URLs that replace the provider's endpoints, by name. */
	endpoints?: Record<string, string> | undefined;
	/**
	 * The function for every request to the provider. Pass the same one each time: caches are kept for each function apart.
	 *
	 * @default the global `fetch`
	 */
	fetch?: typeof fetch | undefined;
	/**
	 * How long each request may take, with its response, in milliseconds.
	 *
	 * @default 10_000
	 */
	timeout?: number | undefined;
}

/** The setting of providers that have to be asked for the e-mail address. */
export interface EmailConfig {
	/**
	 * Whether to ask for the user's e-mail address.
	 *
	 * @default true where every new app may ask; false where it must first be granted or switched on at the provider
	 */
	email?: boolean | undefined;
}

/** The parameters of `getAuthorizationUrl`. */
export interface AuthorizationParams extends RequestedAccess {
	state?: string | undefined;
	/** The S256 challenge of a code verifier that the app keeps: see `generateCodeChallenge`. */
	codeChallenge?: string | undefined;
	/** For OpenID Connect: the provider returns it in the ID token. */
	nonce?: string | undefined;
}

/** The options that both `startSignIn` and `getAuthorizationUrl` take. */
export interface RequestedAccess {
	/** Scopes for this sign-in, added to the provider's and the config's. */
	scope?: string[] | undefined;
	/** The account that the provider should suggest. */
	loginHint?: string | undefined;
	/** What the provider should show, such as `consent` or `select_account`. */
	prompt?: string | undefined;
	/** Further parameters of the authorization request. A parameter that protects the flow is refused. */
	params?: Record<string, string> | undefined;
}

/** The values that the app has kept since the authorization request, for `validateCallback`. */
export interface CallbackChecks {
	codeVerifier?: string | undefined;
	nonce?: string | undefined;
}

/** The purpose of a flow: to sign in, or to attach the account to the user who is signed in. */
export type Intent = "sign-in" | "link";

/**
 * The options of `startSignIn`. `linkAccount` works only in a flow for `link`, and `createUser` only in one for `sign-in`.
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
	/** The id of the session of the user who is signed in. A flow for `link` needs the session that began it. */
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
