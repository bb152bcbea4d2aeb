import type { Profile } from "@oauth/core";

export type Json = Record<string, unknown> | unknown[];

/**
 * What a provider was documented to say, as data: the fake provider speaks from it, and the contract holds a package
 * against it. Kept as `test/recording.json`. Where a text has to be one of a few, JSON can't say so: the contract does.
 */
export interface Recording {
	/** The pages that it was written from. */
	sources: string[];
	/** Settings beyond the client's id, secret and redirect URI. */
	config?: Record<string, unknown>;
	authorization: {
		url: string;
		/** The scopes as they are sent by default, with the provider's separator. */
		scope: string;
		/** The scope of the e-mail address, and whether it is among those that are sent by default. */
		email?: { scope: string; byDefault: boolean };
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
		/** `client_secret_basic`, `client_secret_post` or `none`. */
		clientAuth: string;
		/** The provider's name for the client id. @default "client_id" */
		clientIdParam?: string;
		/** The client secret is a JWT that the package signs anew. */
		signedClientSecret?: boolean;
		/** Without the ID token: the fake provider signs one. */
		answer: Record<string, unknown>;
	};
	/**
	 * OpenID Connect: where the keys are, if there are any, and the ID token's claims but for `aud`, `exp`, `iat` and
	 * `nonce`. `alg` is `RS256` (by default) or `HS256`.
	 */
	idToken?: { jwks?: string; alg?: string; claims: Record<string, unknown> };
	/** OpenID Connect: the discovery document, where the endpoints are not known beforehand. */
	discovery?: { url: string; answer: Record<string, unknown> };
	/** The responses about the user, by their URLs. */
	user: Record<string, Json>;
	/** Where the user's id is: in the response of a URL, or in the claims of the `id_token`. */
	id: Part;
	/** The boolean that says whether the e-mail address is verified, where there is one. */
	verified?: Part;
	/**
	 * What may refuse a user although it is not the id: what an allow-list reads, what is a part of the id, what says that the
	 * account is blocked.
	 */
	decisive?: (Part & { why: string })[];
	/** The profile that comes out, exactly. */
	profile: Profile;
	/** The response to a code that is not valid, and the provider's code for it, if it has one. */
	tokenError: { status: number; answer: Record<string, unknown>; providerError: string | null };
	/** The response to a refresh; absent where there are no refresh tokens. */
	refresh?: {
		/** An `id_token` in it, whatever it is, is replaced by a signed one. */
		answer: Record<string, unknown>;
		/** The response to a refresh token that is no longer valid. @default 400 with `{ "error": "invalid_grant" }` */
		invalidGrant?: { status: number; answer: unknown };
	};
	/** How a token is revoked; absent where it can't be. */
	revocation?: {
		url: string;
		/** `POST` or `DELETE`. */
		method: string;
		/** As for the token endpoint, or `bearer`: the token itself, in the `Authorization` header. */
		clientAuth: string;
		status: number;
	};
}

/** A part of a response. */
export interface Part {
	/** The URL of the response, or `id_token`. */
	in: string;
	/** The names on the way to it, with dots between them: `data.user.id`. An array's are its indexes. */
	path: string;
}
