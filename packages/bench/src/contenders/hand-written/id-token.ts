import { CLIENT } from "../../sign-in.ts";

const RS256 = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };
let googleKeys: Promise<Map<string, CryptoKey>> | undefined;

async function fetchGoogleKeys(): Promise<Map<string, CryptoKey>> {
	const response = await fetch("https://www.googleapis.com/oauth2/v3/certs");
	const { keys } = (await response.json()) as { keys: (JsonWebKey & { kid: string })[] };
	const imported = keys.map(async (key) => {
		return [key.kid, await crypto.subtle.importKey("jwk", key, RS256, false, ["verify"])] as const;
	});
	return new Map(await Promise.all(imported));
}

/** The claims of an ID token from Google that is for this app and this sign-in. */
export async function verify(idToken: string, nonce: string | undefined) {
	const [header = "", payload = "", signature = ""] = idToken.split(".");
	const { kid } = JSON.parse(decode(header));
	googleKeys ??= fetchGoogleKeys();
	const key = (await googleKeys).get(kid);
	const bytes = Uint8Array.from(decode(signature), (character) => character.charCodeAt(0));
	const signed = new TextEncoder().encode(`${header}.${payload}`);
	if (!key || !(await crypto.subtle.verify(RS256, key, bytes, signed)))
		throw new Error("the signature is wrong");
	const text = new TextDecoder().decode(Uint8Array.from(decode(payload), (char) => char.charCodeAt(0)));
	const claims = JSON.parse(text);
	if (
		claims.iss !== "https://accounts.google.com" ||
		claims.aud !== CLIENT.clientId ||
		claims.nonce !== nonce ||
		claims.exp < Date.now() / 1000
	)
		throw new Error("a claim is wrong");
	return claims;
}

function decode(base64url: string): string {
	return atob(base64url.replaceAll("-", "+").replaceAll("_", "/"));
}
