import type { Tokens } from "@oauth/core";
import { base64url, calculateJwkThumbprint, EncryptJWT, errors, jwtDecrypt } from "jose";
import { fail } from "./failures.js";
import type { GrantKey } from "./store.js";

/** The content of a grant's encrypted text. */
export interface Sealed {
	tokens: Tokens;
	/** How long the access token was valid when it was issued, in milliseconds; absent if it does not expire. */
	lifetime?: number;
	/** When the tokens were issued, in milliseconds since 1970, on the clock of the process that received them. */
	issuedAt: number;
}

/** Encrypts and decrypts grants with the keys of an app. */
export interface Sealer {
	seal(key: GrantKey, content: Sealed): Promise<string>;
	/** @throws OAuthError `GRANT_UNREADABLE` */
	unseal(key: GrantKey, sealed: string): Promise<Sealed>;
	/** Tells whether a text was encrypted with the first key. */
	isCurrent(key: GrantKey, sealed: string): Promise<boolean>;
}

const KEY_BYTES = 32;

interface NamedKey {
	kid: string;
	secret: Uint8Array;
}

/**
 * Encrypts with `dir` and A256GCM. User and provider are claims inside, so that a text is worth nothing in another row.
 *
 * @param keys each 32 random bytes in base64 or base64url. The first one encrypts; all decrypt.
 */
export function createSealer(keys: readonly (string | undefined)[]): Sealer {
	let named: Promise<NamedKey[]> | undefined;
	const ready = (key: GrantKey) => {
		named ??= Promise.all(keys.map((text, index) => nameKey(key, text, index)));
		return named;
	};
	return {
		async seal(key, { tokens, ...content }) {
			const [first] = await ready(key);
			if (!first) throw invalidKeys(key, `"keys" is empty`);
			return new EncryptJWT({ ...content, tokens })
				.setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: first.kid })
				.setSubject(key.userId)
				.setAudience(key.providerId)
				.encrypt(first.secret);
		},
		async unseal(key, sealed) {
			const all = await ready(key);
			const find = ({ kid }: { kid?: string }) => {
				const found = all.find((named) => named.kid === kid);
				if (!found) throw new Error(`it was encrypted with the key ${kid}, which is not among "keys"`);
				return found.secret;
			};
			try {
				const { payload } = await jwtDecrypt<Sealed>(sealed, find, {
					subject: key.userId,
					audience: key.providerId,
					keyManagementAlgorithms: ["dir"],
					contentEncryptionAlgorithms: ["A256GCM"],
				});
				return revive(payload);
			} catch (error) {
				throw fail(key.providerId, "GRANT_UNREADABLE", { step: "grant", reason: reasonOf(error) });
			}
		},
		async isCurrent(key, sealed) {
			const [first] = await ready(key);
			return !!first && sealed.startsWith(headerOf(first));
		},
	};
}

function headerOf({ kid }: NamedKey): string {
	return `${base64url.encode(JSON.stringify({ alg: "dir", enc: "A256GCM", kid }))}.`;
}

async function nameKey(key: GrantKey, text: string | undefined, index: number): Promise<NamedKey> {
	const name = `"keys[${index}]"`;
	if (!text) throw invalidKeys(key, `${name} is missing: is its environment variable set?`);
	// Both alphabets, because tools write either.
	const k = text.trim().replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
	if (!/^[\w-]{43}$/.test(k))
		throw invalidKeys(
			key,
			`${name} must be ${KEY_BYTES} random bytes in base64, as of "openssl rand -base64 32"`,
		);
	return { kid: await calculateJwkThumbprint({ kty: "oct", k }), secret: base64url.decode(k) };
}

function invalidKeys({ providerId }: GrantKey, reason: string) {
	return fail(providerId, "INVALID_CONFIG", { step: "config", reason });
}

/** JSON has no dates. */
function revive({ tokens, lifetime, issuedAt }: Sealed): Sealed {
	const { refreshTokenExpiresAt: end } = tokens;
	return {
		tokens: { ...tokens, ...(end && { refreshTokenExpiresAt: new Date(end) }) },
		...(lifetime !== undefined && { lifetime }),
		issuedAt,
	};
}

function reasonOf(error: unknown): string {
	if (error instanceof errors.JWTClaimValidationFailed)
		return "it belongs to another user or provider: was its row moved?";
	if (error instanceof errors.JWEDecryptionFailed) return "it was changed after it was encrypted";
	if (error instanceof errors.JOSEError) return "it is not what this library has stored";
	return `${Object(error).message}`;
}
