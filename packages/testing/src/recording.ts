import type { ClientAuth, Profile } from "@oauth/core";

export type Json = Record<string, unknown> | unknown[];

/**
 * What a provider was documented to say, as data: the fake provider speaks from it, and the contract holds a package
 * against it. Kept as `test/recording.json`.
 */
export interface Recording {
	/** The pages that it was written from. */
	sources: string[];
	/** Settings beyond the client's id, secret and redirect URI. */
	config?: Record<string, unknown>;
	authorization: {
		url: string;
		/** The scopes as they are sent, with the provider's separator. */
		scope: string;
		/** Further parameters that are always sent. */
		params?: Record<string, string>;
		/** Whether a PKCE challenge must be there. */
		pkce: boolean;
		/** The callback is a POST, with these fields beside `code` and `state`. */
		formPost?: Record<string, string>;
		/** `iss` of the authorization response, where the provider sends one. */
		iss?: string;
	};
	token: {
		url: string;
		clientAuth: ClientAuth;
		/** What the provider calls the client id, where it isn't `client_id`. */
		clientIdParam?: string;
		/** The client secret is a JWT that the package signs anew. */
		signedClientSecret?: boolean;
		answer: Record<string, unknown>;
	};
	/** OpenID Connect: where the keys are, if there are any, and the ID token's claims but for `aud`, `exp`, `iat` and `nonce`. */
	idToken?: { jwks?: string; alg?: "RS256" | "HS256"; claims: Record<string, unknown> };
	/** OpenID Connect: the discovery document, where the endpoints are not known beforehand. */
	discovery?: { url: string; answer: Record<string, unknown> };
	/** The answers about the person, by their addresses. */
	user: Record<string, Json>;
	/** Where the person's id is: in the answer of an address, or in the ID token's claims. */
	id: { in: string; path: string };
	/** The profile that comes out, exactly. */
	profile: Profile;
	/** What a code that is no good is answered with, and the provider's code for it, if it has one. */
	tokenError: { status: number; answer: Record<string, unknown>; providerError: string | null };
	/** What a refresh is answered with; absent where there are no refresh tokens. */
	refresh?: { answer: Record<string, unknown> };
	/** How a token is revoked; absent where it can't be. */
	revocation?: { url: string; method: "POST" | "DELETE"; clientAuth: ClientAuth; status: number };
}
