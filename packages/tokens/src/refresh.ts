import type { OAuthError, Tokens } from "@oauth/core";
import { decodeJwt } from "jose";
import { toOAuthError } from "./failures.js";
import { mergeRefreshed } from "./merge.js";
import type { Sealed, Sealer } from "./seal.js";
import type { GrantStore, StoredGrant } from "./store.js";
import { retryDelay, sendWithin } from "./timing.js";
import type { TokenProvider } from "./token-provider.js";
import { MAX_TIMER_MS, sleep } from "./wait.js";

/** The lease of a step that asks nobody, in milliseconds. */
const END_MS = 1_000;

const COMMIT_RETRY_MS = [100, 500, 2_000, 5_000];

/** A grant that is to be refreshed, with all that it takes. */
export interface Refresh {
	store: GrantStore;
	sealer: Sealer;
	provider: TokenProvider;
	/** The grant as it was read. */
	grant: StoredGrant;
	content: Sealed;
	/** In milliseconds. */
	lease: number;
}

/**
 * Refreshes a grant, unless another process is about to. When it resolves, the store has the new tokens, or other ones that
 * came in between.
 *
 * @returns `false` where another process has the lease, the grant is no longer as it was read, or this process stood still
 * @throws the error of the provider, after the store has been told
 */
export async function refreshGrant({
	store,
	sealer,
	provider,
	grant,
	content,
	lease,
}: Refresh): Promise<boolean> {
	const { revision } = grant;
	const isInTime = stopwatch(sendWithin(lease));
	const fence = await store.acquire(grant, revision, lease);
	if (fence === undefined) return false;

	let isLate = false;
	let received: Tokens;
	try {
		const options = {
			sub: subOf(content.tokens.idToken),
			timeout: MAX_TIMER_MS,
			beforeSend() {
				// Another process may have the lease by now, and two requests with one token look like theft.
				isLate = !isInTime();
				if (isLate) throw new Error("this process stood still after it had taken the lease");
			},
		};
		received = await provider.refreshTokens(`${content.tokens.refreshToken}`, options);
	} catch (thrown) {
		const { refreshToken, accessToken } = content.tokens;
		const error = toOAuthError(grant.providerId, thrown, [refreshToken, accessToken]);
		const outcome = isLate ? { dead: false, problem: "", retryIn: 0 } : outcomeOf(error, fence);
		// Should the store fail too, the lease ends by itself.
		await store.release(grant, revision, fence, outcome).catch(() => {});
		if (isLate) return false;
		const retryAfter = Math.ceil(outcome.retryIn / 1000);
		throw retryAfter ? Object.assign(error, { retryAfter }) : error;
	}

	const receivedAt = performance.now();
	const merged = mergeRefreshed(content, received);
	// Another request had used the token, and its response has the new one: that is written whenever it comes.
	const isRepeated = provider.tokenPolicy?.rotation === "always" && !received.refreshToken;
	const tokens = {
		sealed: await sealer.seal(grant, merged),
		revision: isRepeated ? revision : crypto.randomUUID(),
		scope: received.scope ?? grant.scope,
	};
	const isStored = await insist(async () => {
		const expiresIn = merged.lifetime && merged.lifetime - (performance.now() - receivedAt);
		const isWritten = await store.commit(grant, revision, { ...tokens, expiresIn });
		// The confirmation of an earlier attempt may have been lost.
		return isWritten || (await store.get(grant))?.revision === tokens.revision;
	});
	// Disconnected meanwhile. After a new sign-in nothing is revoked: at some providers that would end the new grant too.
	if (!isStored && !(await insist(() => store.get(grant))))
		await revoke(provider, merged.tokens).catch(() => {});
	return true;
}

/** Remembers that a grant has ended, unless there is another by now. */
export async function endGrant(store: GrantStore, grant: StoredGrant, problem: string): Promise<void> {
	const fence = await store.acquire(grant, grant.revision, END_MS);
	if (fence !== undefined)
		await store.release(grant, grant.revision, fence, { dead: true, problem, retryIn: 0 });
}

/** Revokes the tokens of a grant. */
export async function revoke(
	provider: TokenProvider,
	{ accessToken, refreshToken }: Sealed["tokens"],
): Promise<void> {
	const isAccess = provider.tokenPolicy?.revocableToken === "access_token";
	return provider.revokeToken(isAccess ? accessToken : (refreshToken ?? accessToken));
}

/** Returns the user whom the ID token was issued for: a refresh must not bring another's. */
function subOf(idToken: string | undefined): string | undefined {
	try {
		return idToken ? decodeJwt(idToken).sub : undefined;
	} catch {
		return undefined;
	}
}

function outcomeOf(error: OAuthError, fence: number) {
	const { code, status, retryAfter, providerError, providerErrorDescription, cause } = error;
	const dead = code === "INVALID_GRANT";
	const words = [
		status && `status ${status}`,
		providerError,
		providerErrorDescription,
		Object(cause).message,
	];
	const doubt = dead && fence > 1 && "an earlier refresh that had no response may have used it up";
	const isSettings = code === "INVALID_CONFIG" || code === "NOT_SUPPORTED";
	return {
		dead,
		problem: [...words, doubt].filter(Boolean).join(", ").slice(0, 500),
		retryIn: dead || isSettings ? 0 : retryDelay(fence, retryAfter),
	};
}

/** Tries until the store responds: the only copy of new tokens is in this process. */
async function insist<Value>(step: () => Promise<Value>): Promise<Value> {
	for (let attempt = 0; ; attempt++) {
		try {
			return await step();
		} catch {
			await sleep(COMMIT_RETRY_MS[Math.min(attempt, COMMIT_RETRY_MS.length - 1)] as number);
		}
	}
}

/** Returns a function that tells whether the time is not over. One clock can stand still, the other be set. */
function stopwatch(milliseconds: number): () => boolean {
	const [ticks, date] = [performance.now(), Date.now()];
	return () => performance.now() - ticks <= milliseconds && Math.abs(Date.now() - date) <= milliseconds;
}
