import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";
import { type Loopback, serve } from "./serve.ts";

export interface SigningKey {
	privateKey: CryptoKey;
	publicJwk: JWK;
}

export async function createKey(kid: string, alg = "RS256"): Promise<SigningKey> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** An OpenID Connect issuer on loopback that says whatever a test wants it to. */
export interface Issuer extends Loopback {
	keys: SigningKey[];
	/** Claims that are right, but for those given. `undefined` leaves one out. */
	claims(changes?: Record<string, unknown>): JWTPayload;
	/** An ID token with these claims, by the newest key. */
	sign(claims: JWTPayload, header?: Record<string, unknown>): Promise<string>;
	/** What the token endpoint answers with next. */
	idToken(nonce: string | null): Promise<string> | string;
}

export async function createIssuer(clientId: string): Promise<Issuer> {
	const server = await serve();
	const issuer: Issuer = {
		...server,
		keys: [await createKey("first")],
		claims(changes = {}) {
			const now = Math.floor(Date.now() / 1000);
			const claims = { iss: server.url, sub: "ada-36", aud: clientId, iat: now, exp: now + 300, name: "Ada" };
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
		idToken: (nonce) => issuer.sign(issuer.claims({ nonce: nonce ?? undefined })),
	};
	server.on("/.well-known/openid-configuration", {
		issuer: server.url,
		authorization_endpoint: `${server.url}/authorize`,
		token_endpoint: `${server.url}/token`,
		jwks_uri: `${server.url}/jwks`,
		userinfo_endpoint: `${server.url}/userinfo`,
		revocation_endpoint: `${server.url}/revoke`,
	});
	server.on("/jwks", (_: unknown, response: import("node:http").ServerResponse) =>
		response.end(JSON.stringify({ keys: issuer.keys.map(({ publicJwk }) => publicJwk) })),
	);
	return issuer;
}
