/**
 * Makes 256 random bits as 43 characters: a `state`, a nonce or a PKCE code verifier.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1
 */
export function generateRandomValue(): string {
	return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/**
 * Returns the S256 code challenge of a verifier.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2
 */
export function generateCodeChallenge(codeVerifier: string): Promise<string> {
	return hash(codeVerifier);
}

export async function hash(text: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
	return encodeBase64url(new Uint8Array(digest));
}

export function encodeText(text: string): string {
	return encodeBase64url(new TextEncoder().encode(text));
}

/** @throws for what is no base64url */
export function decodeText(text: string): string {
	const bytes = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
	return new TextDecoder().decode(Uint8Array.from(bytes, (character) => character.charCodeAt(0)));
}

function encodeBase64url(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}
