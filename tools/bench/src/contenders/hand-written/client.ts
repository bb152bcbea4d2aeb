import type { Get } from "../../app.ts";
import { CLIENT } from "../../sign-in.ts";
import type { Exchange } from "./exchange.ts";

export function randomText(): string {
	return base64url(crypto.getRandomValues(new Uint8Array(32)));
}

function base64url(bytes: Uint8Array): string {
	return btoa(String.fromCharCode(...bytes))
		.replaceAll("+", "-")
		.replaceAll("/", "_")
		.replaceAll("=", "");
}

export async function authorizationUrl(
	endpoint: string,
	codeVerifier: string,
	params: Record<string, string>,
): Promise<string> {
	const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(codeVerifier));
	const query = new URLSearchParams({
		response_type: "code",
		client_id: CLIENT.clientId,
		code_challenge: base64url(new Uint8Array(digest)),
		code_challenge_method: "S256",
		...params,
	});
	return `${endpoint}?${query}`;
}

interface Tokens {
	access_token: string;
	id_token: string;
}

export async function redeem(
	exchange: Exchange,
	endpoint: string,
	redirectUri: string,
	{ code, codeVerifier = "" }: { code: string; codeVerifier?: string },
): Promise<Tokens> {
	const { ok, body } = await exchange(endpoint, {
		method: "POST",
		headers: { accept: "application/json", "user-agent": "app" },
		body: new URLSearchParams({
			grant_type: "authorization_code",
			client_id: CLIENT.clientId,
			client_secret: CLIENT.clientSecret,
			redirect_uri: redirectUri,
			code,
			code_verifier: codeVerifier,
		}),
	});
	const tokens = body as Tokens & { error?: string };
	if (!ok || tokens.error || !tokens.access_token) throw new Error("the code could not be redeemed");
	return tokens;
}

export function getWith(exchange: Exchange): Get {
	return async <Body>(url: string, accessToken: string) => {
		const headers = {
			accept: "application/json",
			authorization: `Bearer ${accessToken}`,
			"user-agent": "app",
		};
		const { ok, body } = await exchange(url, { headers });
		if (!ok) throw new Error(`${url} failed`);
		return body as Body;
	};
}
