import { type Account, OAuthError, type Tokens } from "@oauth/core";
import { createClient } from "./client.js";
import { dead, fail, outage } from "./failures.js";
import { readingOf } from "./reading.js";
import { endGrant, revoke } from "./refresh.js";
import { createRefresher } from "./refresher.js";
import { contentOf, scopeOf } from "./saved-session.js";
import { createSealer } from "./seal.js";
import { type GrantKey, type GrantTokens, MAX_PAUSE_MS, type StoredGrant } from "./store.js";
import type { TokenProvider } from "./token-provider.js";
import type { GetOptions, KeyRotation, SavedSession, TokenVault, VaultOptions } from "./vault.js";
import { MAX_TIMER_MS, sleep, waitFor } from "./wait.js";

/** So long a sign-in keeps others from using the refresh token that it takes over, in milliseconds. */
const TAKEOVER_MS = 5_000;

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
	const refresher = createRefresher({ store, sealer, lease, waitUntil });

	function checkSettings(providerId: string): void {
		const isWrong = {
			timeout: !(timeout > 0 && timeout <= MAX_TIMER_MS),
			lease: lease !== undefined && !(lease >= 100 && lease <= MAX_PAUSE_MS),
		};
		const name = isWrong.timeout ? "timeout" : isWrong.lease && "lease";
		if (name)
			throw fail(providerId, "INVALID_CONFIG", {
				step: "config",
				reason: `"${name}" must be a number of milliseconds${name === "lease" ? " from 100 to a day" : ""}`,
			});
	}

	async function findProvider(account: Account): Promise<TokenProvider> {
		const { providerId } = account;
		const provider =
			typeof providers === "function"
				? await providers(account)
				: providers.find(({ id }) => id === providerId);
		if (!provider || provider.id !== providerId)
			throw fail(providerId, "INVALID_CONFIG", {
				step: "config",
				reason: `"providers" has no provider with the id ${providerId}`,
			});
		return provider;
	}

	async function read(key: GrantKey): Promise<StoredGrant> {
		const grant = await store.get(key);
		if (!grant) throw fail(key.providerId, "GRANT_MISSING", { step: "grant" });
		// The id is part of what is encrypted.
		if (grant.userId !== key.userId)
			throw fail(key.providerId, "INVALID_CONFIG", {
				step: "grant",
				reason: "the user's id is spelled otherwise in the database",
				advice: "Developer: pass it as the database returns it",
			});
		return grant;
	}

	async function get(
		userId: string,
		providerId: string,
		{ rejectedAccessToken }: GetOptions = {},
	): Promise<Tokens> {
		checkSettings(providerId);
		const end = performance.now() + timeout;
		let refreshed = 0;
		for (let poll = 0; ; poll++) {
			const grant = await read({ userId, providerId });
			if (grant.dead) throw dead(providerId, grant.problem);
			const content = await sealer.unseal(grant, grant.sealed);
			const reading = readingOf(grant, content, lease, rejectedAccessToken);
			const { isRejected } = reading;
			if (reading.isFresh()) return reading.tokens();
			// A provider whose tokens end at once is not asked for another again and again.
			if (refreshed > 1 || (refreshed && reading.isValid())) return reading.tokens();
			if (!content.tokens.refreshToken) {
				if (reading.isValid()) return reading.tokens();
				const what = isRejected ? "was refused" : "has expired";
				const problem = `the access token ${what}, and there is no refresh token`;
				// Some APIs don't know a new token at once.
				if (!isRejected || !reading.isNew()) await endGrant(store, grant, problem);
				throw dead(providerId, problem);
			}
			if (isRejected && reading.isNew())
				throw fail(providerId, "FAILED_REQUEST", {
					step: "api",
					reason: "the API refused an access token that was issued just now",
					advice: "Developer: check the scopes, and whether this API takes this provider's tokens",
				});
			const { retryIn = 0 } = grant;
			const isOver = poll > 0 && performance.now() >= end;
			if (refresher.isClosed || isOver || (retryIn > 0 && retryIn <= MAX_PAUSE_MS)) {
				if (reading.isValid()) return reading.tokens();
				if (refresher.isClosed) throw outage(providerId, "the vault is closed");
				if (retryIn > 0) throw outage(providerId, grant.problem, retryIn);
				throw outage(providerId, "the provider has not responded to the refresh yet", grant.leaseEndsIn);
			}

			const provider = await findProvider(grant);
			try {
				const isRefreshed = await waitFor(
					refresher.refresh(provider, grant, content),
					end - performance.now(),
				);
				if (isRefreshed) refreshed++;
				if (isRefreshed !== false) continue;
			} catch (error) {
				if (OAuthError.is(error) && error.code === "INVALID_GRANT") continue;
				if (reading.isValid()) return reading.tokens();
				throw error;
			}
			// Another process refreshes. Its result ends the old access token at some providers.
			if (reading.isEnough() && !provider.tokenPolicy?.endsAccessToken) return reading.tokens();
			await sleep(Math.min(25 * 2 ** poll, 250) * (0.5 + Math.random()));
		}
	}

	/**
	 * Writes the tokens of a sign-in that brought no refresh token, with the one that is stored. The revision stays, so that the
	 * response to a refresh is written whenever it comes.
	 *
	 * @returns `false` where there is none to take over
	 */
	async function takeOver(key: GrantKey, session: SavedSession, tokens: GrantTokens): Promise<boolean> {
		for (;;) {
			const before = await store.get(key);
			if (!before || before.dead || before.providerUserId !== session.providerUserId) return false;
			const kept = await sealer.unseal(key, before.sealed).catch(() => undefined);
			const { refreshToken, refreshTokenExpiresAt } = kept?.tokens ?? {};
			if (!refreshToken) return false;
			const content = contentOf(session);
			Object.assign(content.tokens, {
				refreshToken,
				...(refreshTokenExpiresAt && { refreshTokenExpiresAt }),
			});
			const sealed = await sealer.seal(key, content);
			const { revision, leaseEndsIn = 0, retryIn = 0 } = before;
			// A refresh under way keeps its lease, and will replace these tokens. During a pause there is no lease to take.
			const isWritten =
				leaseEndsIn > 0
					? await store.reseal(key, before.sealed, sealed)
					: (retryIn > 0 || (await store.acquire(key, revision, TAKEOVER_MS))) &&
						(await store.commit(key, revision, { ...tokens, sealed, revision }));
			if (isWritten) return true;
		}
	}

	return {
		get,

		async save(userId, session) {
			const { providerId, providerUserId } = session;
			checkSettings(providerId);
			const key = { userId, providerId };
			const content = contentOf(session);
			const tokens = {
				sealed: await sealer.seal(key, content),
				revision: crypto.randomUUID(),
				scope: scopeOf(session),
				expiresIn: content.lifetime,
			};
			// Some providers send a refresh token only with the first sign-in.
			if (!content.tokens.refreshToken && (await takeOver(key, session, tokens))) return;
			await store.save(key, providerUserId, tokens);
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
			const granted = (await store.get({ userId, providerId }))?.scope;
			return !!granted && scope.every((name) => granted.includes(name));
		},

		async withGrantedScopes(userId, providerId, scope) {
			const granted = (await store.get({ userId, providerId }))?.scope ?? [];
			return [...new Set([...granted, ...scope])];
		},

		async disconnect(userId, providerId) {
			const key = { userId, providerId };
			// A provider that revokes access tokens alone can't revoke one that has expired.
			const before = await store.get(key);
			const provider = before && (await findProvider(before).catch(() => undefined));
			if (provider?.tokenPolicy?.revocableToken) await get(userId, providerId).catch(() => {});
			const grant = await store.delete(key);
			try {
				if (!grant) throw fail(providerId, "GRANT_MISSING", { step: "grant" });
				const { tokens } = await sealer.unseal(grant, grant.sealed);
				await revoke(await findProvider(grant), tokens);
				return { isRevoked: true };
			} catch (cause) {
				const error = OAuthError.is(cause) ? cause : fail(providerId, "INVALID_CONFIG", { cause });
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

		close: () => refresher.close(),
	};
}
