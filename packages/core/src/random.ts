/** 256 random bits as 43 characters: a `state`, a nonce or a PKCE code verifier. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.1 */
export function generateRandomValue(): string {
	return encodeBase64url(crypto.getRandomValues(new Uint8Array(32)));
}

/** The S256 code challenge of a verifier. @see https://www.rfc-editor.org/rfc/rfc7636#section-4.2 */
export async function generateCodeChallenge(codeVerifier: string): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
	return encodeBase64url(new Uint8Array(digest));
}

function encodeBase64url(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}
