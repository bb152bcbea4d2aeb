import type { TokenPolicy } from "@oauth/core";

/** How long a token is valid that `get` returns: this, or the tenth part of its life if that is less. */
const MIN_LEFT_MS = 60_000;

/** The pauses after the first, second, … refresh without an answer, unless the provider names one. */
const RETRY_MS = [1_000, 2_000, 5_000, 30_000, 300_000];

/** The longest pause that a provider can ask for. */
const MAX_RETRY_MS = 3_600_000;

/** The leases of a refresh: where the token is for one use, and where a second request does no harm. */
const STRICT_LEASE_MS = 45_000;
const HARMLESS_LEASE_MS = 20_000;

/** A request is sent only this soon after its lease was asked for, as a part of the lease. */
const SEND_WITHIN = 1 / 9;

/** Returns how long a returned token must still be valid, in milliseconds. */
export function minLeft(lifetime: number): number {
	return Math.min(MIN_LEFT_MS, lifetime / 10);
}

/**
 * Returns how long before its end a token is refreshed, in milliseconds. It differs from one revision to the next, so that
 * tokens that were issued together don't end together, but is the same for all processes.
 */
export function refreshAhead(lifetime: number, revision: string, lease = STRICT_LEASE_MS): number {
	const least = minLeft(lifetime);
	const most = Math.max(least, Math.min(least + lease + MIN_LEFT_MS, lifetime / 4));
	const part = Number.parseInt(revision.slice(0, 8), 16) / 2 ** 32;
	return least + part * (most - least);
}

/**
 * Returns how long others leave a refresh to the process that began it, in milliseconds. After a crash it ends while the
 * refresh token can still be used again.
 */
export function leaseOf({ rotation, leeway }: TokenPolicy = {}): number {
	if (rotation === "never") return HARMLESS_LEASE_MS;
	return leeway ? Math.min(HARMLESS_LEASE_MS, (leeway * 1000 * 2) / 3) : STRICT_LEASE_MS;
}

/** Returns when it is too late to send a request with this lease, in milliseconds after it was asked for. */
export function sendWithin(lease: number): number {
	return lease * SEND_WITHIN;
}

/** @param attempts how many refreshes in a row had no answer, this one included */
export function retryDelay(attempts: number, retryAfter = 0): number {
	const usual = RETRY_MS[Math.min(attempts, RETRY_MS.length) - 1] as number;
	return retryAfter ? Math.min(retryAfter * 1000, MAX_RETRY_MS) : usual;
}
