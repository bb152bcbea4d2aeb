import { type Client, failure } from "@oauth/core/provider";
import { calculateJwkThumbprint, exportJWK, importPKCS8, type JWK } from "jose";

/** A private key of the app, which signs, and a secret derived from it, which seals. */
export interface AppKey {
	kid: string;
	/** Absent in development, where the app cannot authenticate. */
	jwk?: JWK;
	secret: Uint8Array;
}

/** Lost when the process ends, with everything that it has sealed. */
const developmentKey: AppKey = { kid: "development", secret: crypto.getRandomValues(new Uint8Array(32)) };

/**
 * Reads the app's keys.
 *
 * @returns the keys, the signing one first
 * @throws OAuthError `INVALID_CONFIG` for a key that can't be read
 */
export async function readKeys(
	client: Client,
	privateKeys: (string | undefined)[] = [],
): Promise<[AppKey, ...AppKey[]]> {
	try {
		const [first = developmentKey, ...others] = await Promise.all(privateKeys.map(readKey));
		return [first, ...others];
	} catch {
		// Without the cause, which may quote the key.
		throw failure(client, "INVALID_CONFIG", {
			step: "config",
			reason: `"privateKeys" must be the texts of ES256 keys in PKCS#8, which begin with -----BEGIN PRIVATE KEY-----`,
		});
	}
}

async function readKey(text = ""): Promise<AppKey> {
	const pem = text.replaceAll("\\n", "\n").trim();
	const { kty, crv, x, y, d = "" } = await exportJWK(await importPKCS8(pem, "ES256", { extractable: true }));
	const kid = await calculateJwkThumbprint({ kty, crv, x, y });
	return {
		kid,
		jwk: { kty, crv, x, y, d, kid, alg: "ES256", key_ops: ["sign"] },
		secret: await deriveSecret(d),
	};
}

/**
 * Derives the secret that seals, since one key should not be used for two things.
 *
 * @see https://www.rfc-editor.org/rfc/rfc5869
 */
async function deriveSecret(text: string): Promise<Uint8Array> {
	const encode = (part: string) => new TextEncoder().encode(part);
	const key = await crypto.subtle.importKey("raw", encode(text), "HKDF", false, ["deriveBits"]);
	const info = encode("@oauth/bluesky sealed");
	const hkdf = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(), info };
	return new Uint8Array(await crypto.subtle.deriveBits(hkdf, key, 256));
}
