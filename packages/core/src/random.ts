/** The length of a random value. Base64url encodes it as 44 characters, without padding. */
const BYTES = 33;
const CHARACTERS = /.{44}/g;

/**
 * Makes 264 random bits as 44 characters: a `state`, a nonce or a PKCE code verifier.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1
 */
export function generateRandomValue(): string {
	return encodeBytes(crypto.getRandomValues(new Uint8Array(BYTES)));
}

/** Makes three random values at once, which is faster than one by one. */
export function generateThreeValues(): [string, string, string] {
	const text = encodeBytes(crypto.getRandomValues(new Uint8Array(3 * BYTES)));
	return text.match(CHARACTERS) as [string, string, string];
}

/**
 * Returns the S256 code challenge of a code verifier.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export function generateCodeChallenge(codeVerifier: string): Promise<string> {
	return hash(codeVerifier);
}

export async function hash(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return encodeBytes(new Uint8Array(digest));
}

/** Encodes a value as text that no URL, cookie or framework escapes. */
export function encodeJson(value: unknown): string {
	// `btoa` takes Latin-1 only. JSON can escape the rest.
	const json = JSON.stringify(value).replace(
		/[^ -~]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
	return toBase64url(btoa(json));
}

/** @throws for text that `encodeJson` did not make */
export function decodeJson(text: string): unknown {
	return JSON.parse(atob(text.replaceAll("-", "+").replaceAll("_", "/")));
}

function encodeBytes(bytes: Uint8Array): string {
	// Spreading them would take three times as long.
	return toBase64url(btoa(String.fromCharCode.apply(null, bytes as unknown as number[])));
}

function toBase64url(base64: string): string {
	return base64.replace(/[+/=]/g, (character) => ({ "+": "-", "/": "_" })[character] ?? "");
}
