import { type Client, send, share } from "@oauth/core";
import type { JSONWebKeySet, JWTVerifyGetKey } from "jose";
import { createCache } from "./cache.js";

const MAX_AGE_MS = 600_000;
const COOL_DOWN_MS = 30_000;

interface Keys {
	find: JWTVerifyGetKey;
	fetchedAt: number;
	/** When a key was last looked for in vain. */
	missedAt: number;
	/** By the ids of the keys: the one issuer that a key is for, where the issuer says so. */
	issuers: Record<string, unknown>;
}

/** By their address: the keys are the issuer's, whichever client asks. */
const cachedKeys = createCache<Keys>();

/** Those that were fetched in their place, when a key was last looked for in vain. */
const successors = createCache<Promise<Keys>>();

/** The issuer's keys, from memory while they are fresh. */
export async function loadKeys(client: Client): Promise<Keys> {
	const cached = cachedKeys(client).get(client.endpoints.jwks as string);
	return cached && Date.now() - cached.fetchedAt < MAX_AGE_MS ? cached : fetchKeys(client, cached?.missedAt);
}

/** Finds a token's key. An unknown one may be new: then the keys are fetched again, once per cool-down. */
export function findKey(client: Client): JWTVerifyGetKey {
	return async (header, token) => {
		// Only where a provider's list of algorithms has an HMAC does a token come as far as this.
		if (header.alg.startsWith("HS")) return new TextEncoder().encode(client.clientSecret);
		const keys = await loadKeys(client);
		try {
			return await keys.find(header, token);
		} catch (error) {
			const { code } = error as { code?: string };
			if (code !== "ERR_JWKS_NO_MATCHING_KEY") throw error;
			const address = client.endpoints.jwks as string;
			if (Date.now() - keys.missedAt >= COOL_DOWN_MS) successors(client).delete(address);
			else if (!successors(client).has(address)) throw error;
			const { find } = await share(successors(client), address, client, () => {
				keys.missedAt = Date.now();
				return fetchKeys(client, keys.missedAt);
			});
			return find(header, token);
		}
	};
}

/** Whether a key may vouch for these claims. Microsoft says of each for which tenant it is, or `{tenantid}` for all. */
export function isKeyFor(client: Client, kid: unknown, { iss, tid }: Record<string, unknown>): boolean {
	const issuer = cachedKeys(client).get(client.endpoints.jwks as string)?.issuers[`${kid}`];
	return typeof issuer !== "string" || issuer.replace("{tenantid}", () => `${tid}`) === iss;
}

async function fetchKeys(client: Client, missedAt = 0): Promise<Keys> {
	const address = client.endpoints.jwks as string;
	const [{ createLocalJWKSet }, keySet] = await Promise.all([
		import("jose/jwks/local"),
		send(client, "keys", address, { isAnswer: (answer) => Array.isArray(Object(answer).keys) }),
	]);
	const find = createLocalJWKSet(keySet as JSONWebKeySet);
	const issuers = Object.fromEntries(
		keySet.keys.map(({ kid, issuer }: Record<string, unknown>) => [`${kid}`, issuer]),
	);
	const keys = { find, fetchedAt: Date.now(), missedAt, issuers };
	cachedKeys(client).set(address, keys);
	return keys;
}
