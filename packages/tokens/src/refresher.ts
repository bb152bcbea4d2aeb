import { within } from "@oauth/core/provider";
import pLimit, { type LimitFunction } from "p-limit";
import { refreshGrant } from "./refresh.js";
import type { Sealed, Sealer } from "./seal.js";
import type { GrantStore, StoredGrant } from "./store.js";
import { leaseOf } from "./timing.js";
import type { TokenProvider } from "./token-provider.js";
import { waitFor } from "./wait.js";

/** A process that dies takes its refreshes under way with it, so there are never many. */
const MAX_REFRESHES = 20;

const CLOSE_MS = 30_000;

/** Begins the refreshes of a process: each once, and few of one server at the same time. */
export interface Refresher {
	readonly isClosed: boolean;
	/**
	 * Begins a refresh, or joins the one that is under way.
	 *
	 * @returns `false` where there was none: another process has the lease, or this one is about to end
	 */
	refresh(provider: TokenProvider, grant: StoredGrant, content: Sealed): Promise<boolean>;
	/** Begins no other refresh, and waits for those under way. */
	close(): Promise<void>;
}

/** The parts of a vault that a refresh needs. */
export interface RefresherOptions {
	store: GrantStore;
	sealer: Sealer;
	lease: number | undefined;
	waitUntil: ((promise: Promise<unknown>) => void) | undefined;
}

export function createRefresher({ store, sealer, lease, waitUntil }: RefresherOptions): Refresher {
	/** By user, provider and revision. */
	const calls = new Map<string, Promise<boolean>>();
	const underWay = new Set<Promise<unknown>>();
	/** By server. */
	const limits = new Map<string, LimitFunction>();
	let isClosed = false;

	/** Waits for a place, does the work, and gives the place to the next when it is done or its lease is over. */
	function inTurn(server: string, length: number, work: () => Promise<boolean>, leave: () => void) {
		const limit = limits.get(server) ?? pLimit(MAX_REFRESHES);
		limits.set(server, limit);
		return new Promise<boolean>((resolve) => {
			limit(async () => {
				const call = isClosed ? Promise.resolve(false) : work();
				resolve(call);
				await within(length, () => call).catch(() => {});
				leave();
				if (limit.activeCount + limit.pendingCount === 1) limits.delete(server);
			});
		});
	}

	return {
		get isClosed() {
			return isClosed;
		},
		refresh(provider, grant, content) {
			const { userId, providerId, revision } = grant;
			const key = JSON.stringify([userId, providerId, revision]);
			const known = calls.get(key);
			if (known) return known;
			const length = lease ?? leaseOf(provider.tokenPolicy);
			const call = inTurn(
				JSON.stringify([providerId, provider.apiUrl]),
				length,
				() => refreshGrant({ store, sealer, provider, grant, content, lease: length }),
				() => calls.delete(key),
			);
			calls.set(key, call);
			const settled = call.catch(() => {}).finally(() => underWay.delete(settled));
			underWay.add(settled);
			waitUntil?.(settled);
			return call;
		},
		async close() {
			isClosed = true;
			await waitFor(Promise.all(underWay), CLOSE_MS);
		},
	};
}
