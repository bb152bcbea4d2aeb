import type { Client } from "./definition.js";

/**
 * Keeps values by key, for each `fetch` apart: what one tenant's network responds is nothing to another's.
 *
 * @param size how many values are kept at most; the ones that were set first go first
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
