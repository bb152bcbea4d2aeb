import type { JWTPayload } from "jose";
import { type Handler, type Loopback, serve } from "./loopback.ts";
import { createKey, type SigningKey, sign } from "./signing-key.ts";

/** One for all tests: making it takes longer than most tests do. Two issuers in one test need two. */
const firstKey = createKey("first");

/** An OpenID Connect issuer on loopback that responds as a test wants it to. `url` is its issuer identifier. */
export interface Issuer extends Loopback {
	/** The origin on which it listens. */
	origin: string;
	/** A `fetch` of its own, and so caches of its own: the port may have been an earlier test's. */
	fetch: typeof fetch;
	keys: SigningKey[];
	/** The discovery document, which a test may change. */
	metadata: Record<string, unknown>;
	/** Returns valid claims with these changes; `undefined` removes a claim. */
	claims(changes?: Record<string, unknown>): JWTPayload;
	/** Signs an ID token with these claims by the newest key. */
	sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
	/** Returns the requests that have arrived at a path. */
	requestsTo(path: string): Loopback["requests"];
}

/** @param name the issuer identifier, where it is not the URL on loopback: see `createNetwork` */
export async function createIssuer(clientId: string, name?: string): Promise<Issuer> {
	const server = await serve();
	const url = name ?? server.url;
	const issuer: Issuer = {
		...server,
		url,
		origin: server.url,
		fetch: (input, init) => fetch(input, init),
		keys: [await firstKey],
		metadata: {
			issuer: url,
			authorization_endpoint: `${url}/authorize`,
			token_endpoint: `${url}/token`,
			jwks_uri: `${url}/jwks`,
			userinfo_endpoint: `${url}/userinfo`,
			revocation_endpoint: `${url}/revoke`,
		},
		claims(changes = {}) {
			const now = Math.floor(Date.now() / 1000);
			const claims = { iss: url, sub: "ada-36", aud: clientId, iat: now, exp: now + 300, name: "Ada" };
			const all = Object.entries({ email: "ada@example.com", email_verified: true, ...claims, ...changes });
			return Object.fromEntries(all.filter(([, value]) => value !== undefined));
		},
		sign(claims, header = {}) {
			const key = issuer.keys.at(-1);
			if (!key) throw new Error("the issuer has no key");
			return sign(claims, key, header);
		},
		requestsTo: (path) => server.requests.filter((request) => request.path === path),
	};
	// The document is read at each request: a test may have changed it.
	const respond = (path: string, document: () => object) => {
		const handler: Handler = (_, response) => response.end(JSON.stringify(document()));
		server.on(path, handler);
	};
	const path = new URL(url).pathname.replace(/\/$/, "");
	respond(`${path}/.well-known/openid-configuration`, () => issuer.metadata);
	respond("/jwks", () => ({ keys: issuer.keys.map(({ publicJwk }) => publicJwk) }));
	return issuer;
}

/** Creates a `fetch` that finds issuers on loopback by their names. It leaves any other URL as it is. */
export function createNetwork(...issuers: Pick<Issuer, "url" | "origin">[]): typeof fetch {
	return (input, init) => {
		const { origin, href } = new URL(String(input));
		const issuer = issuers.find(({ url }) => new URL(url).origin === origin);
		return fetch(issuer ? href.replace(origin, issuer.origin) : href, init);
	};
}
