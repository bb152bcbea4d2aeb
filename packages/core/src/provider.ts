/** Where a request went wrong, or which of a sign-in's steps did. */
export type Step =
	| "config"
	| "authorization"
	| "callback"
	| "discovery"
	| "keys"
	| "token"
	| "id_token"
	| "user"
	| "account"
	| "refresh"
	| "revocation";

/** A sign-in provider, such as what `github(auth, config)` gives back. */
export interface OAuthProvider<ProviderUser, User = never, Attributes = never> {
	/** `"github"`: stored with the user, as half of what names the account. */
	readonly id: string;
	/** `"GitHub"`: the brand as the provider spells it, to show to people. */
	readonly name: string;

	/**
	 * The address to send the user to, for an app that keeps `state` and the PKCE verifier itself.
	 * {@link startSignIn} does that for you.
	 *
	 * @returns the address as text
	 * @throws OAuthError `INVALID_CONFIG` for a missing or wrong setting
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1
	 */
	getAuthorizationUrl(params?: AuthorizationParams): string;

	/**
	 * Redeems the authorization code of a callback whose `state` the app has compared itself.
	 * The code is sent once, whatever happens.
	 *
	 * @throws OAuthError `FAILED_REQUEST` (an invalid code, the network, a timeout, an answer that can't be read),
	 * `INVALID_ID_TOKEN`, `INVALID_PROFILE` (no user id in the answer), `INVALID_CONFIG`; and whatever the user store throws
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3
	 */
	validateCallback(code: string, checks?: CallbackChecks): Promise<SessionOf<ProviderUser, User, Attributes>>;

	/**
	 * Begins a sign-in: makes `state`, the PKCE verifier and the nonce, and puts them into a cookie that belongs to this
	 * sign-in alone. Answer with `response()`, or send the user to `url` and set `cookie` yourself.
	 *
	 * @throws OAuthError `INVALID_CONFIG` for a wrong setting or option; `FAILED_REQUEST` or `ISSUER_MISMATCH` where
	 * the provider's endpoints have to be discovered first
	 * @see https://www.rfc-editor.org/rfc/rfc9700#section-2.1
	 */
	startSignIn(options?: SignInOptions): Promise<SignIn>;

	/**
	 * Ends what {@link startSignIn} began. Stops at the first check that fails: the parameters, the flow's cookie, its age
	 * and binding, the issuer, the provider's error, and only then redeems the code.
	 *
	 * @throws OAuthError `INVALID_CALLBACK`, `FLOW_MISSING`, `FLOW_MISMATCH`, `FLOW_EXPIRED`, `ISSUER_MISMATCH`,
	 * `ACCESS_DENIED` (the user said no), `AUTHORIZATION_FAILED`, and all that {@link validateCallback} throws
	 * @see https://www.rfc-editor.org/rfc/rfc9207#section-2.4
	 */
	handleCallback(request: Request): Promise<SessionOf<ProviderUser, User, Attributes> & FlowResult>;

	/**
	 * Fresh tokens for a refresh token. Where the provider sends no new refresh token, the old one is in the answer.
	 * Calls for the same refresh token at the same time share one request in this process.
	 *
	 * @throws OAuthError `FAILED_REQUEST` (a `providerError` such as `invalid_grant` says that the user has to sign in
	 * again), `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
	 */
	refreshTokens(refreshToken: string): Promise<Tokens>;

	/**
	 * Makes a token worthless at the provider.
	 *
	 * @throws OAuthError `FAILED_REQUEST`, `NOT_SUPPORTED`, `INVALID_CONFIG`
	 * @see https://www.rfc-editor.org/rfc/rfc7009
	 */
	revokeToken(token: string): Promise<void>;
}

/** What the provider says about the person who signed in. All that there is without a user store. */
export interface ProviderIdentity<ProviderUser, TokenSet = Tokens> {
	/** The provider's own answer, typed as the provider documents it. */
	providerUser: ProviderUser;
	/** Stable, immutable and never empty: with the provider's id it names the account. */
	providerUserId: string;
	/** The same in one shape for all providers. */
	profile: Profile;
	tokens: TokenSet;
}

/** {@link ProviderIdentity} and the user that it means in the app. */
export interface ProviderSession<ProviderUser, User, Attributes, TokenSet = Tokens>
	extends ProviderIdentity<ProviderUser, TokenSet> {
	/** The user whose account this is; `null` for a first-time user. */
	existingUser: User | null;

	/**
	 * Makes the user, with this account as theirs. When two callbacks race, both return the user that won.
	 *
	 * @throws OAuthError `FLOW_MISMATCH` in a flow that began with the intent `link`; and whatever the user store throws
	 */
	createUser(userAttributes?: Attributes): Promise<User>;

	/**
	 * Attaches this account to a user who is signed in. Once more for the same user is no error.
	 *
	 * @throws OAuthError `ACCOUNT_IN_USE` when it belongs to another user; `FLOW_MISMATCH` in a flow that did not begin
	 * with the intent `link`; and whatever the user store throws
	 */
	linkAccount(userId: string): Promise<void>;

	/** What one provider adds. */
	[data: string]: unknown;
}

/** With a user store a {@link ProviderSession}, without one a {@link ProviderIdentity}. */
export type SessionOf<ProviderUser, User, Attributes, TokenSet = Tokens> = [User] extends [never]
	? ProviderIdentity<ProviderUser, TokenSet>
	: ProviderSession<ProviderUser, User, Attributes, TokenSet>;

/** What `handleCallback` adds to the session. */
export interface FlowResult {
	/** What `startSignIn` was given: a path of this site. */
	redirectTo?: string;
	/** What `startSignIn` was given. */
	intent: Intent;
	/** The `Set-Cookie` value that retires the flow. */
	cookie: string;
}

/** A person as every provider describes one. What the provider doesn't say is absent. */
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

export interface Tokens {
	accessToken: string;
	tokenType: string;
	expiresAt?: Date;
	refreshToken?: string;
	refreshTokenExpiresAt?: Date;
	/** As granted, where the provider says so: it may be less than was asked for. */
	scope?: string[];
	idToken?: string;
	/** The token endpoint's answer as it came. */
	raw: Record<string, unknown>;
}

/** An account at a provider. */
export interface Account {
	providerId: string;
	providerUserId: string;
}

/** The settings that every provider takes. */
export interface ProviderConfig {
	clientId: string;
	clientSecret: string;
	/** The callback's address, exactly as registered at the provider. */
	redirectUri?: string;
	/** Added to the scopes that sign-in needs. */
	scope?: string[];
	/** Any of the provider's endpoints, replaced by another address. */
	endpoints?: Record<string, string>;
	/** Used for every request to the provider, in place of the global one. */
	fetch?: typeof fetch;
	/** In milliseconds, for each request as a whole. 10 000 unless told. */
	timeout?: number;
}

/** Parameters of an authorization request that the app makes itself. */
export interface AuthorizationParams extends RequestedAccess {
	state?: string;
	/** The S256 challenge of a verifier that the app keeps; see `generateCodeChallenge`. */
	codeChallenge?: string;
	/** OpenID Connect: comes back in the ID token. */
	nonce?: string;
}

/** What can be asked for at each sign-in. */
export interface RequestedAccess {
	/** For this sign-in, added to the provider's and the config's. */
	scope?: string[];
	/** The account that the provider should suggest. */
	loginHint?: string;
	/** Such as `consent` or `select_account`. */
	prompt?: string;
	/** Further parameters of the authorization request. Those that protect the flow are refused. */
	params?: Record<string, string>;
}

/** What the app kept when it made the authorization request, for `validateCallback`. */
export interface CallbackChecks {
	codeVerifier?: string;
	nonce?: string;
}

/** What the person wants: sign in, or attach the account to the user that they are signed in as. */
export type Intent = "sign-in" | "link";

export interface SignInOptions extends RequestedAccess {
	/** A path of this site to go on to, such as `/inbox?tab=2`; given back by `handleCallback`. Anything else is refused. */
	redirectTo?: string;
	/** `sign-in` unless told. `linkAccount` works in a flow for `link` only, and `createUser` in one for `sign-in` only. */
	intent?: Intent;
	/** The request that asks for the sign-in: lets the oldest pending flows of this provider beyond five be retired. */
	request?: Request;
}

export interface SignIn {
	/** The address to send the user to. */
	url: string;
	/** The `Set-Cookie` value of the flow. */
	cookie: string;
	/** The `Set-Cookie` values that retire the oldest pending flows. */
	retiredCookies: string[];
	state: string;
	/** A 302 to `url` that sets all of these cookies. */
	response(): Response;
}
