import { exportJWK, generateKeyPair, type JWK, type JWTPayload, SignJWT } from "jose";

export interface SigningKey {
	privateKey: CryptoKey;
	/** The public key as a key set has it. */
	publicJwk: JWK;
}

export async function createKey(kid: string, alg = "RS256"): Promise<SigningKey> {
	const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
	return { privateKey, publicJwk: { ...(await exportJWK(publicKey)), kid, alg, use: "sig" } };
}

/** Signs an ID token with exactly these claims. */
export function sign(
	claims: JWTPayload,
	{ privateKey, publicJwk: { alg = "RS256", kid } }: SigningKey,
	header: Record<string, unknown> = {},
): Promise<string> {
	return new SignJWT(claims).setProtectedHeader({ alg, kid, ...header }).sign(privateKey);
}
