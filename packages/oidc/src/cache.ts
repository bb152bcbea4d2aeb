import type { Client } from "@oauth/core";

/** Values by address, for each `fetch` apart: what one tenant's network answers is nothing to another's. */
export function createCache<Value>(): (client: Client) => Map<string, Value> {
	const caches = new WeakMap<typeof fetch, Map<string, Value>>();
	return (client) => {
		const { fetch: network = fetch } = client;
		const cache = caches.get(network) ?? new Map<string, Value>();
		caches.set(network, cache);
		return cache;
	};
}
