import { type Account, OAuthError, type OAuthErrorCode, type Tokens } from "@oauth/core";
import { type FailureDetails, failure, type SharedCall, share, within } from "@oauth/core/provider";
import type { $Fetch } from "ofetch";
import pLimit, { type LimitFunction } from "p-limit";
import { type ClientOptions, createClient } from "./client.js";
import { fromSignIn } from "./merge.js";
import { refreshGrant, revoke } from "./refresh.js";
import { createSealer, type Sealed } from "./seal.js";
import { type GrantKey, type GrantStore, MAX_PAUSE_MS, type StoredGrant } from "./store.js";
import { leaseOf, minLeft, refreshAhead } from "./timing.js";
import type { TokenProvider } from "./token-provider.js";

/** A process that dies takes its refreshes under way with it, so there are never many. */
const MAX_REFRESHES = 20;

const CLOSE_MS = 30_000;

/** The longest time that a timer takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The settings of {@link tokenVault}. */
export interface VaultOptions {
	/** Where the grants are kept: `memoryStore()`, `postgresStore(pool)`, … */
	store: GrantStore;
	/**
	 * The keys that encrypt the tokens, each 32 random bytes in base64, as of `openssl rand -base64 32`. The first one
	 * encrypts, all of them decrypt. Put a new key first, call `rotateKeys`, then remove the old one.
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
	 * delays the next try. Shorter than the slowest response of a provider, a refresh token can be used twice.
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
	 * @throws OAuthError `INVALID_CONFIG` for wrong keys. Errors of the store are thrown as they are.
	 */
	save(userId: string, session: SavedSession): Promise<void>;

	/**
	 * Returns tokens whose access token is valid for at least a minute, or for a tenth of its life if that is less. It is
	 * refreshed before it ends. In an outage of the provider, the old one is returned as long as it is valid.
	 *
	 * @throws OAuthError `GRANT_MISSING` (not connected), `INVALID_GRANT` (the user has to connect again), `FAILED_REQUEST`
	 * (an outage: `retryAfter` says when to try again, in seconds), `GRANT_UNREADABLE` (a key is missing, or the row was
	 * changed), `INVALID_CONFIG`. Errors of the store are thrown as they are.
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
	 * Encrypts all grants with the first key that are not yet.
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
	client(userId: string, providerId: string, options?: ClientOptions): $Fetch;

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

/** Makes a vault. Nothing is read or checked before the first use. */
export function tokenVault({
	store,
	keys,
	providers,
	timeout = 10_000,
	lease,
	waitUntil,
}: VaultOptions): TokenVault {
	const sealer = createSealer(keys);
	const refreshes = new Map<string, SharedCall<boolean>>();
	const underWay = new Set<Promise<unknown>>();
	const limits = new Map<string, LimitFunction>();
	let isClosed = false;

	async function findProvider(account: Account): Promise<TokenProvider> {
		const { providerId } = account;
		const provider =
			typeof providers === "function"
				? await providers(account)
				: providers.find(({ id }) => id === providerId);
		if (provider?.id !== providerId)
			throw fail(providerId, "INVALID_CONFIG", {
				step: "config",
				reason: `"providers" has no provider with the id ${providerId}`,
			});
		return provider;
	}

	async function read(key: GrantKey): Promise<StoredGrant> {
		const grant = await store.get(key);
		if (!grant) throw fail(key.providerId, "GRANT_MISSING", { step: "grant" });
		return grant;
	}

	/** Runs few refreshes of one provider at once. One that hangs gives its place up when its lease is over. */
	function inTurn<Value>(providerId: string, length: number, work: () => Promise<Value>): Promise<Value> {
		const limit = limits.get(providerId) ?? pLimit(MAX_REFRESHES);
		limits.set(providerId, limit);
		return new Promise((resolve) => {
			limit(async () => {
				const call = work();
				resolve(call);
				await within(length, () => call).catch(() => {});
			});
		});
	}

	/** Begins a refresh, or joins the one that is under way in this process. */
	async function refresh(provider: TokenProvider, grant: StoredGrant, content: Sealed) {
		const length = lease ?? leaseOf(provider.tokenPolicy);
		const { userId, providerId, revision } = grant;
		return share(refreshes, JSON.stringify([userId, providerId, revision]), length, MAX_TIMER_MS, () => {
			const call = inTurn(providerId, length, () =>
				refreshGrant({ store, sealer, provider, grant, content, lease: length }),
			);
			const settled = call.catch(() => {}).finally(() => underWay.delete(settled));
			underWay.add(settled);
			waitUntil?.(settled);
			return call;
		});
	}

	async function get(userId: string, providerId: string, { rejectedAccessToken }: GetOptions = {}) {
		const key = { userId, providerId };
		const end = performance.now() + timeout;
		let refreshed = 0;
		for (let poll = 0; ; poll++) {
			const grant = await read(key);
			if (grant.dead)
				throw fail(providerId, "INVALID_GRANT", { step: "refresh", reason: grant.problem ?? "" });
			const content = await sealer.unseal(key, grant.sealed);
			const { tokens, lifetime = Number.POSITIVE_INFINITY } = content;
			const left = grant.expiresIn ?? Number.POSITIVE_INFINITY;
			const isRejected = tokens.accessToken === rejectedAccessToken;
			const isValid = left > 0 && !isRejected;
			const current = () => withExpiry(tokens, grant.expiresIn);

			if (!isRejected && left > refreshAhead(lifetime, grant.revision, lease)) return current();
			// A provider whose tokens end at once is not asked for another again and again.
			if (refreshed > 1 || (refreshed && isValid)) return current();
			if (!tokens.refreshToken) {
				if (isValid) return current();
				throw fail(providerId, "INVALID_GRANT", {
					step: "refresh",
					reason: `the access token ${isRejected ? "was refused" : "has expired"}, and there is no refresh token`,
				});
			}
			if (isRejected && isRecent(content))
				throw fail(providerId, "FAILED_REQUEST", {
					step: "api",
					reason: "the API refused an access token that was issued just now",
					advice: "Developer: check the scopes, and whether this API takes this provider's tokens",
				});
			const retryIn = grant.retryIn ?? 0;
			if (isClosed || (retryIn > 0 && retryIn <= MAX_PAUSE_MS)) {
				if (isValid) return current();
				throw outage(providerId, isClosed ? "the vault is closed" : grant.problem, retryIn);
			}

			const wait = end - performance.now();
			if (wait <= 0) {
				if (isValid) return current();
				throw outage(providerId, "the provider has not responded to the refresh yet", grant.leaseEndsIn);
			}
			const provider = await findProvider(grant);
			let isRefreshed: boolean | undefined;
			try {
				isRefreshed = await waitFor(refresh(provider, grant, content), wait);
			} catch (error) {
				if (OAuthError.is(error) && error.code === "INVALID_GRANT") continue;
				if (isValid) return current();
				throw error;
			}
			if (isRefreshed) refreshed++;
			if (isRefreshed !== false) continue;
			// Another process refreshes. Its result ends the old access token at some providers.
			const isEnough = !isRejected && left > minLeft(lifetime);
			if (isEnough && !provider.tokenPolicy?.endsAccessToken) return current();
			await sleep(Math.min(25 * 2 ** poll, 250) * (0.5 + Math.random()));
		}
	}

	async function grantedScopes(userId: string, providerId: string): Promise<string[] | undefined> {
		const grant = await store.get({ userId, providerId });
		return grant?.scope;
	}

	return {
		get,

		async save(userId, { providerId, providerUserId, tokens, requestedScope }) {
			const key = { userId, providerId };
			const content = fromSignIn(tokens);
			if (!tokens.refreshToken) {
				// Some providers send a refresh token only with the first sign-in.
				const before = await store.get(key);
				if (before && !before.dead && before.providerUserId === providerUserId) {
					const kept = await sealer.unseal(key, before.sealed).catch(() => undefined);
					const { refreshToken, refreshTokenExpiresAt } = kept?.tokens ?? {};
					Object.assign(content.tokens, {
						...(refreshToken && { refreshToken }),
						...(refreshToken && refreshTokenExpiresAt && { refreshTokenExpiresAt }),
					});
				}
			}
			await store.save(key, providerUserId, {
				sealed: await sealer.seal(key, content),
				revision: crypto.randomUUID(),
				scope: tokens.scope ?? requestedScope,
				expiresIn: content.lifetime,
			});
		},

		async list(userId) {
			const grants = await store.list(userId);
			return grants.map(({ providerId, providerUserId, scope, dead, problem }) => ({
				providerId,
				providerUserId,
				scope,
				isDead: dead,
				problem,
			}));
		},

		async hasScopes(userId, providerId, scope) {
			const granted = await grantedScopes(userId, providerId);
			return !!granted && scope.every((name) => granted.includes(name));
		},

		async withGrantedScopes(userId, providerId, scope) {
			return [...new Set([...((await grantedScopes(userId, providerId)) ?? []), ...scope])];
		},

		async disconnect(userId, providerId) {
			const key = { userId, providerId };
			try {
				const provider = await findProvider(await read(key));
				// One that has expired can't be revoked.
				if (provider.tokenPolicy?.revocableToken) await get(userId, providerId);
			} catch {
				// The grant is forgotten all the same.
			}
			const grant = await store.delete(key);
			try {
				if (!grant) throw fail(providerId, "GRANT_MISSING", { step: "grant" });
				const { tokens } = await sealer.unseal(key, grant.sealed);
				await revoke(await findProvider(grant), tokens);
				return { isRevoked: true };
			} catch (error) {
				if (!OAuthError.is(error)) throw error;
				return { isRevoked: false, error };
			}
		},

		async rotateKeys() {
			const result: KeyRotation = { rotated: 0, failures: [] };
			for await (const { userId, providerId, sealed } of store.all()) {
				const key = { userId, providerId };
				try {
					if (await sealer.isCurrent(key, sealed)) continue;
					const resealed = await sealer.seal(key, await sealer.unseal(key, sealed));
					if (await store.reseal(key, sealed, resealed)) result.rotated++;
				} catch (error) {
					if (!OAuthError.is(error) || error.code !== "GRANT_UNREADABLE") throw error;
					result.failures.push({ ...key, error });
				}
			}
			return result;
		},

		client: (userId, providerId, options = {}) =>
			createClient({
				providerId,
				options,
				getTokens: (rejectedAccessToken) => get(userId, providerId, { rejectedAccessToken }),
				async getApiUrl() {
					const { apiUrl } = await findProvider(await read({ userId, providerId }));
					return apiUrl;
				},
			}),

		async close() {
			isClosed = true;
			await waitFor(Promise.all(underWay), CLOSE_MS);
		},
	};
}

function withExpiry(tokens: Tokens, expiresIn: number | undefined): Tokens {
	return expiresIn === undefined ? tokens : { ...tokens, expiresAt: new Date(Date.now() + expiresIn) };
}

/** Tells whether tokens are so new that others would be refused too. A clock that is wrong says no. */
function isRecent({ issuedAt, lifetime = Number.POSITIVE_INFINITY }: Sealed): boolean {
	const age = Date.now() - issuedAt;
	return age >= 0 && age < minLeft(lifetime);
}

function outage(providerId: string, reason: string | undefined, retryIn = 1): OAuthError {
	return fail(providerId, "FAILED_REQUEST", {
		step: "refresh",
		reason: reason || "the tokens could not be refreshed",
		retryAfter: Math.max(1, Math.ceil(retryIn / 1000)),
		advice: "Try again later",
	});
}

function fail(providerId: string, code: OAuthErrorCode, details: FailureDetails): OAuthError {
	return failure({ id: providerId }, code, details);
}

/** Returns `undefined` when the time is over. The work goes on. */
async function waitFor<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
	let timer: ReturnType<typeof setTimeout> | number | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(resolve, milliseconds);
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

function sleep(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
