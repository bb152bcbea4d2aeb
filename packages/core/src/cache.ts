import type { Client } from "./definition.js";

/**
 * Makes a cache for each `fetch` function: what one tenant's network responds must not reach another tenant.
 *
 * @param size how many values each cache keeps at most; those that were set first are dropped first
 */
export function createCache<Value>(size = Number.POSITIVE_INFINITY): (client: Client) => Map<string, Value> {
	const caches = new WeakMap<typeof fetch, Map<string, Value>>();
	return ({ fetch: network = fetch }) => {
		const cache = caches.get(network) ?? new Map<string, Value>();
		caches.set(network, cache);
		for (const key of cache.keys()) {
			if (cache.size <= size) break;
			cache.delete(key);
		}
		return cache;
	};
}
