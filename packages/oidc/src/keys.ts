import { type Client, createCache, OAuthError, type SharedCall, send, share } from "@oauth/core/provider";
import type { JSONWebKeySet, JWK, JWTVerifyGetKey } from "jose";

const MAX_AGE_MS = 600_000;
const COOL_DOWN_MS = 30_000;
const MAX_KEY_SETS = 200;
const MAX_KEYS = 50;
const MAX_KEY_LENGTH = 4096;

/** The keys of one issuer. */
export interface KeySet {
	find: JWTVerifyGetKey;
	/** The issuer that a key is for, by key id, where the key set says so. */
	issuers: Record<string, unknown>;
	fetchedAt: number;
	/** When a key was last not found. */
	missedAt: number;
}

/** By URL: the keys are the same for every client. */
const cachedKeys = createCache<KeySet>(MAX_KEY_SETS);
const refetches = createCache<SharedCall<KeySet>>();

/** Returns the issuer's keys, from the cache while they are fresh. */
export async function loadKeys(client: Client): Promise<KeySet> {
	const cached = cachedKeys(client).get(`${client.endpoints.jwks}`);
	const isFresh = cached && Date.now() - cached.fetchedAt < MAX_AGE_MS;
	return isFresh ? cached : fetchKeys(client, cached?.missedAt);
}

/**
 * Fetches the keys again, because a key was not found or no longer fits.
 *
 * @returns the new keys; `undefined` if they were fetched again a moment ago
 */
export async function reloadKeys(client: Client, keys: KeySet): Promise<KeySet | undefined> {
	const calls = refetches(client);
	const url = `${client.endpoints.jwks}`;
	const cached = cachedKeys(client).get(url);
	// Another callback has fetched them already.
	if (cached && cached !== keys) return cached;
	const isCoolingDown = Date.now() - keys.missedAt < COOL_DOWN_MS;
	if (isCoolingDown && !calls.has(url)) return undefined;
	try {
		return await share(calls, url, COOL_DOWN_MS, client.timeout, () => {
			keys.missedAt = Date.now();
			return fetchKeys(client, keys.missedAt);
		});
	} catch (error) {
		if (OAuthError.is(error)) throw error;
		// On Cloudflare's runtime a shared call ends with the request that began it, if its client disconnects.
		return fetchKeys(client, Date.now());
	}
}

/** Tells whether a key may sign these claims: Microsoft names the tenant of each key, or `{tenantid}` for all. */
export function isKeyFor({ issuers }: KeySet, kid: unknown, { iss, tid }: Record<string, unknown>): boolean {
	const issuer = issuers[`${kid}`];
	return typeof issuer !== "string" || issuer.replace("{tenantid}", () => `${tid}`) === iss;
}

async function fetchKeys(client: Client, missedAt = 0): Promise<KeySet> {
	const url = `${client.endpoints.jwks}`;
	const [{ createLocalJWKSet }, document] = await Promise.all([
		import("jose/jwks/local"),
		send(client, "keys", url, {
			findProblem: (answer) => (Array.isArray(Object(answer).keys) ? undefined : `"keys" is missing`),
		}),
	]);
	const keys = readKeys(document);
	const keySet: KeySet = {
		find: createLocalJWKSet({ keys } as JSONWebKeySet),
		issuers: Object.fromEntries(keys.map(({ kid, issuer }) => [`${kid}`, issuer])),
		fetchedAt: Date.now(),
		missedAt,
	};
	cachedKeys(client).delete(url);
	cachedKeys(client).set(url, keySet);
	return keySet;
}

/** Returns each key once, without what a signature does not need: a certificate chain is larger than its key. */
function readKeys({ keys }: { keys: unknown[] }): (JWK & { issuer?: unknown })[] {
	const texts = keys.slice(0, MAX_KEYS).map((key) => {
		const { kty, kid, use, alg, key_ops, crv, x, y, n, e, issuer } = Object(key);
		return JSON.stringify({ kty, kid, use, alg, key_ops, crv, x, y, n, e, issuer });
	});
	const unique = [...new Set(texts)];
	return unique.filter((text) => text.length <= MAX_KEY_LENGTH).map((text) => JSON.parse(text));
}
