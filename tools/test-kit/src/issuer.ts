import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { type Loopback, serve } from "./loopback.ts";

export interface SigningKey {
	privateKey: CryptoKey;
	publicJwk: JWK;
}

export async function createKey(kid: string, alg = "RS256"): Promise<SigningKey> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** One for all tests, because it takes longer to make than most tests do. Two issuers in one test need two. */
const firstKey = createKey("first");

/** An OpenID Connect issuer on loopback that says whatever a test wants it to. `url` is what it is called. */
export interface Issuer extends Loopback {
	/** Where it listens. */
	origin: string;
	keys: SigningKey[];
	/** What its discovery document says, and what a test changes in it. */
	metadata: Record<string, unknown>;
	/** Claims that are right, but for those given. `undefined` leaves one out. */
	claims(changes?: Record<string, unknown>): JWTPayload;
	/** An ID token with these claims, by the newest key. */
	sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
	/** The requests that have come to a path. */
	requestsTo(path: string): Loopback["requests"];
}

/** @param name what it is called, where that is not the URL on loopback; see `createNetwork` */
export async function createIssuer(clientId: string, name?: string): Promise<Issuer> {
	const server = await serve();
	const url = name ?? server.url;
	const issuer: Issuer = {
		...server,
		url,
		origin: server.url,
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
			return new SignJWT(claims)
				.setProtectedHeader({ alg: key.publicJwk.alg ?? "RS256", kid: key.publicJwk.kid, ...header })
				.sign(key.privateKey);
		},
		requestsTo: (path) => server.requests.filter((request) => request.path === path),
	};
	const answer =
		(body: () => object): Parameters<Loopback["on"]>[1] =>
		(_, response) =>
			response.end(JSON.stringify(body()));
	server.on(
		`${new URL(url).pathname.replace(/\/$/, "")}/.well-known/openid-configuration`,
		answer(() => issuer.metadata),
	);
	server.on(
		"/jwks",
		answer(() => ({ keys: issuer.keys.map(({ publicJwk }) => publicJwk) })),
	);
	return issuer;
}

/** A `fetch` to which issuers on loopback are known by their names. Any other URL leads where it says. */
export function createNetwork(...issuers: Pick<Issuer, "url" | "origin">[]): typeof fetch {
	return (input, init) => {
		const { origin, href } = new URL(String(input));
		const issuer = issuers.find(({ url }) => new URL(url).origin === origin);
		return fetch(issuer ? href.replace(origin, issuer.origin) : href, init);
	};
}
