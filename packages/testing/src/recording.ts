import type { Profile } from "@oauth/core";

export type Json = Record<string, unknown> | unknown[];

/**
 * The documented requests and responses of a provider, kept as `test/recording.json`. The fake provider responds with
 * them, and the contract compares a package with them. It also checks the texts of which only a few are allowed: the type
 * of imported JSON is `string`.
 */
export interface Recording {
	/** The URLs of the pages that it was written from. */
	sources: string[];
	/** Settings beyond the client's id, secret and redirect URI. */
	config?: Record<string, unknown>;
	/** The base of the provider's API, if it has one. */
	api?: string;
	authorization: {
		url: string;
		/** The scopes as they are sent by default, with the provider's separator. */
		scope: string;
		/** The scope of the e-mail address, and whether it is sent by default. */
		email?: { scope: string; byDefault: boolean };
		/** Further parameters that are always sent. */
		params?: Record<string, string>;
		/** `true` if a nonce is sent although no ID token is read. */
		nonce?: boolean;
		/** Whether a PKCE code challenge is required. */
		pkce: boolean;
		/** The callback is a POST. */
		formPost?: boolean;
		/** Further parameters of the authorization response. */
		callbackParams?: Record<string, string>;
		/** The error codes that mean that the user refused, beside `access_denied`. */
		accessDeniedErrors?: string[];
		/** `iss` of the authorization response, if the provider sends it. */
		iss?: string;
	};
	token: {
		url: string;
		/** `client_secret_basic`, `client_secret_post` or `none`. */
		clientAuth: string;
		/** The provider's name for the client id. @default "client_id" */
		clientIdParam?: string;
		/** The client secret is a JWT that the package signs. */
		signedClientSecret?: boolean;
		/** The body of the request: `form` or `json`. @default "form" */
		body?: string;
		/** Further parameters of the request for an authorization code. */
		params?: Record<string, string>;
		/** The parameters of the authorization response that the request for an authorization code repeats. */
		callbackParams?: string[];
		/** The token response without the ID token, which the fake provider signs. */
		answer: Record<string, unknown>;
		/** The places of the tokens in the responses, if they are not under these names: `body.access_token`. */
		names?: { access_token?: string; refresh_token?: string };
	};
	/**
	 * OpenID Connect: the URL of the keys, if there are any, and the ID token's claims without `aud`, `exp`, `iat` and
	 * `nonce`. `alg` is `RS256` (by default) or `HS256`.
	 */
	idToken?: { jwks?: string; alg?: string; claims: Record<string, unknown> };
	/** OpenID Connect: the discovery document, if the package reads it. */
	discovery?: { url: string; answer: Record<string, unknown> };
	/** The responses about the user, by URL. */
	user: Record<string, Json>;
	/** The requests about the user that are a POST, by URL. Any other is a GET. */
	userPosts?: Record<string, UserPost>;
	/** The place of the user's id: in the response of a URL, or in the claims of the `id_token`. */
	id: Part;
	/** The place of the boolean that says whether the e-mail address is verified, if there is one. */
	verified?: Part;
	/**
	 * Parts beside the id that may refuse a user, each with the reason: an allow-list reads it, it is a part of the id, or it
	 * says that the account is blocked.
	 */
	decisive?: (Part & { why: string })[];
	/** The exact profile of the recorded user. */
	profile: Profile;
	/** The response to an invalid authorization code, and the provider's error code in it, if it has one. */
	tokenError: { status: number; answer: Record<string, unknown>; providerError: string | null };
	/** The response to a refresh; absent if there are no refresh tokens. */
	refresh?: {
		/** @default that of `token` */
		url?: string;
		/** Further parameters of the request. */
		params?: Record<string, string>;
		/** An `id_token` in it, whatever its value, is replaced by a signed one. */
		answer: Record<string, unknown>;
		/** The response to a refresh token that is no longer valid. @default 400 with `{ "error": "invalid_grant" }` */
		invalidGrant?: { status: number; answer: unknown };
	};
	/** The request that revokes a token; absent if tokens can't be revoked. */
	revocation?: {
		url: string;
		/** `POST` or `DELETE`. */
		method: string;
		/** As for the token endpoint, or `bearer` for the token itself in the `Authorization` header. */
		clientAuth: string;
		status: number;
	};
}

/** The body of a POST: JSON, a form or neither. */
export interface UserPost {
	json?: unknown;
	form?: Record<string, string>;
}

/** A part of a response. */
export interface Part {
	/** The URL of the response, or `id_token`. */
	in: string;
	/** The names on the way to it, joined by dots: `data.user.id`. The names in an array are its indexes. */
	path: string;
}
