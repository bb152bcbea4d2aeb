import type { Account, OAuthError, Tokens } from "@oauth/core";
import type { ApiClient } from "./api-client.js";
import type { ClientOptions } from "./client.js";
import type { GrantKey, GrantStore } from "./store.js";
import type { TokenProvider } from "./token-provider.js";

/** The settings of `tokenVault`. */
export interface VaultOptions {
	/** Where the grants are kept: `memoryStore()`, `postgresStore(pool)`, … */
	store: GrantStore;
	/**
	 * The keys that encrypt the tokens, each 32 random bytes in base64, as of `openssl rand -base64 32`. The first one
	 * encrypts, all of them decrypt: see `rotateKeys`.
	 */
	keys: (string | undefined)[];
	/** The providers, or a function that returns the provider of an account: for servers and tenants of many. */
	providers: readonly TokenProvider[] | ((account: Account) => TokenProvider | Promise<TokenProvider>);
	/**
	 * How long `get` waits for a refresh, in milliseconds. The refresh itself is never given up.
	 *
	 * @default 10_000
	 */
	timeout?: number | undefined;
	/**
	 * How long other processes leave a refresh to the one that began it, in milliseconds: so long a crash in the middle
	 * delays the next try. When it is over before the provider responds, a refresh token can be sent twice. From 100 to a day.
	 *
	 * @default 45_000; 20_000 or less where the provider allows a refresh token to be used again
	 */
	lease?: number | undefined;
	/**
	 * Keeps a serverless function alive until a promise settles: `waitUntil` of Cloudflare's or Vercel's context. Without it
	 * the platform may stop a refresh whose response has gone out, and the tokens are lost.
	 */
	waitUntil?: ((promise: Promise<unknown>) => void) | undefined;
}

/** The part of a session that `save` keeps. */
export interface SavedSession extends Account {
	tokens: Tokens;
	/** The scopes that were asked for. They count as granted where the provider does not say. */
	requestedScope?: string[] | undefined;
}

/** An account that a user has connected. */
export interface ConnectedAccount extends Account {
	/** The scopes that the user granted, where they are known. */
	scope?: string[] | undefined;
	/** Whether the provider accepts the tokens no longer, so that the user has to connect the account again. */
	isDead: boolean;
	/** Why the last refresh failed: for a log, never for a page. */
	problem?: string | undefined;
}

/** The options of `get`. */
export interface GetOptions {
	/** An access token that the API has refused. Unless it has been replaced already, it is refreshed now. */
	rejectedAccessToken?: string | undefined;
}

/** Keeps the tokens of an app's users, and refreshes them once wherever the app runs. */
export interface TokenVault {
	/**
	 * Keeps the tokens of a session, in place of the user's earlier ones from this provider. Call it in the callback route.
	 *
	 * @param session what `handleCallback` or `validateCallback` returned
	 * @throws OAuthError `INVALID_CONFIG` for wrong settings, and for what is no session. Errors of the store are thrown as
	 * they are.
	 */
	save(userId: string, session: SavedSession): Promise<void>;

	/**
	 * Returns tokens whose access token is valid for at least a minute, or for a tenth of its life if that is less. It is
	 * refreshed before it ends. In an outage of the provider, the old one is returned as long as it is valid.
	 *
	 * @throws OAuthError `GRANT_MISSING` (not connected), `INVALID_GRANT` (the user has to connect again), `FAILED_REQUEST`
	 * (an outage: `retryAfter` says when to try again, in seconds), `GRANT_UNREADABLE` (a key is missing, or the row was
	 * changed), `INVALID_CONFIG`, `NOT_SUPPORTED`. Errors of the store are thrown as they are.
	 */
	get(userId: string, providerId: string, options?: GetOptions): Promise<Tokens>;

	/** Returns the accounts that a user has connected, by their provider's id. */
	list(userId: string): Promise<ConnectedAccount[]>;

	/**
	 * Tells whether all of these scopes are granted, by their names: a scope that includes another does not count for it.
	 * `false` where the provider is not connected, or the scopes are not known.
	 */
	hasScopes(userId: string, providerId: string, scope: string[]): Promise<boolean>;

	/**
	 * Returns these scopes and those that are granted already, for the option `scope` of `startSignIn`: many providers take
	 * away what is not asked for again.
	 */
	withGrantedScopes(userId: string, providerId: string, scope: string[]): Promise<string[]>;

	/**
	 * Forgets a grant, and revokes its tokens at the provider.
	 *
	 * @returns whether they were revoked, and if not, the error. The grant is forgotten in any case.
	 */
	disconnect(userId: string, providerId: string): Promise<Disconnected>;

	/**
	 * Encrypts all grants with the first key that are not yet. All instances must know that key by then.
	 *
	 * @returns how many were encrypted anew, and the errors of those that no key can decrypt
	 */
	rotateKeys(): Promise<KeyRotation>;

	/**
	 * Makes an HTTP client for the provider's API, on behalf of a user. It is an instance of `ofetch` that sends the access
	 * token, but never to another origin; refreshes it and tries once more after a 401; and repeats a GET or HEAD, twice by
	 * default, after a broken connection, a 429 or a 5xx, when `Retry-After` is ten seconds or less. Redirects of a GET or
	 * HEAD are followed; that of another method is an error.
	 *
	 * @param options those of `ofetch`; `baseURL` is by default the provider's `apiUrl`
	 * @throws OAuthError from each call: all of `get`; `FAILED_REQUEST` with the status of the API's response, whose body is
	 * `cause.data`; `INVALID_CONFIG` for a URL of another origin
	 * @see https://github.com/unjs/ofetch
	 */
	client(userId: string, providerId: string, options?: ClientOptions): ApiClient;

	/**
	 * Waits until all refreshes under way are stored, at most 30 seconds, and begins no other. Call it before the process
	 * ends.
	 */
	close(): Promise<void>;
}

/** The outcome of `disconnect`. */
export interface Disconnected {
	isRevoked: boolean;
	/** Why not: `NOT_SUPPORTED`, `FAILED_REQUEST`, `GRANT_MISSING`, `GRANT_UNREADABLE`, `INVALID_CONFIG`. */
	error?: OAuthError | undefined;
}

/** The outcome of `rotateKeys`. */
export interface KeyRotation {
	rotated: number;
	failures: (GrantKey & { error: OAuthError })[];
}
