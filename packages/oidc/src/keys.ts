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
	/** By the ids of the keys: the one issuer that a key is for, where the issuer says so. */
	issuers: Record<string, unknown>;
	fetchedAt: number;
	/** When a key was last looked for in vain. */
	missedAt: number;
}

/** By their URL: the keys are the issuer's, whichever client asks. */
const cachedKeys = createCache<KeySet>(MAX_KEY_SETS);
const refetches = createCache<SharedCall<KeySet>>();

/** Returns the issuer's keys, from memory while they are fresh. */
export async function loadKeys(client: Client): Promise<KeySet> {
	const cached = cachedKeys(client).get(`${client.endpoints.jwks}`);
	return cached && Date.now() - cached.fetchedAt < MAX_AGE_MS ? cached : fetchKeys(client, cached?.missedAt);
}

/**
 * Fetches the keys again, since one of them was looked for in vain, or does not fit any more.
 *
 * @returns `undefined` when that was done a moment ago
 */
export async function reloadKeys(client: Client, keys: KeySet): Promise<KeySet | undefined> {
	const calls = refetches(client);
	const url = `${client.endpoints.jwks}`;
	const cached = cachedKeys(client).get(url);
	// Another callback was faster.
	if (cached && cached !== keys) return cached;
	if (Date.now() - keys.missedAt < COOL_DOWN_MS && !calls.has(url)) return undefined;
	try {
		return await share(calls, url, COOL_DOWN_MS, client.timeout, () => {
			keys.missedAt = Date.now();
			return fetchKeys(client, keys.missedAt);
		});
	} catch (error) {
		// On Cloudflare's runtime a call dies with the request that it is from, when its client has gone away.
		return OAuthError.is(error) ? Promise.reject(error) : fetchKeys(client, Date.now());
	}
}

/** Tells whether a key may vouch for these claims: Microsoft says for which tenant each is, or `{tenantid}` for all. */
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

/** Keeps what a signature needs of each key, and each key once: a certificate chain is larger than its key. */
function readKeys({ keys }: { keys: unknown[] }): (JWK & { issuer?: unknown })[] {
	const texts = keys.slice(0, MAX_KEYS).map((key) => {
		const { kty, kid, use, alg, key_ops, crv, x, y, n, e, issuer } = Object(key);
		return JSON.stringify({ kty, kid, use, alg, key_ops, crv, x, y, n, e, issuer });
	});
	return [...new Set(texts)].filter((text) => text.length <= MAX_KEY_LENGTH).map((text) => JSON.parse(text));
}
