import type { Cookie } from "./cookie.js";

const AGAIN = "Ask the user to sign in again";
const COMPARE = "Developer: compare the settings with the registration at the provider";

/**
 * Every way in which a sign-in, or the use of its tokens, can fail: what happened, and what to do. The list is closed, so a
 * `switch` over it can be complete. The messages and the README's table are made from it.
 */
export const ERRORS = {
	ACCESS_DENIED: ["the user declined", "Offer the sign-in again"],
	ACCOUNT_IN_USE: ["the account belongs to another user", "The user can sign in with it instead"],
	AUTHORIZATION_FAILED: ["the provider refused the sign-in", COMPARE],
	FAILED_REQUEST: ["the request failed", COMPARE],
	FLOW_EXPIRED: ["the sign-in took longer than ten minutes", AGAIN],
	FLOW_MISMATCH: ["the sign-in was begun for something else", AGAIN],
	FLOW_MISSING: ["the cookie of this sign-in is missing: blocked, used up, or in another browser", AGAIN],
	GRANT_MISSING: ["the user has not connected this provider", "Ask the user to connect it"],
	GRANT_UNREADABLE: ["the stored grant can't be decrypted", "Developer: check the keys"],
	INVALID_CALLBACK: ["this is not an authorization response", AGAIN],
	INVALID_CONFIG: ["a setting is wrong", "Developer: correct it"],
	INVALID_GRANT: ["the refresh token is no longer valid", AGAIN],
	INVALID_ID_TOKEN: ["the ID token is not valid", COMPARE],
	INVALID_PROFILE: ["the user has no valid id", "Developer: report it to the package's authors"],
	ISSUER_MISMATCH: ["another issuer responded", `${AGAIN}. ${COMPARE}`],
	NOT_A_NAVIGATION: ["a prefetch or an image is not a sign-in", "Nothing to do"],
	NOT_SUPPORTED: ["the provider does not support this", "Developer: do without it"],
} as const satisfies Record<string, readonly [reason: string, advice: string]>;

/** The codes of {@link OAuthError}: see {@link ERRORS}. */
export type OAuthErrorCode = keyof typeof ERRORS;

/** The request or the step of a sign-in that failed. */
export type Step =
	| "config"
	| "authorization"
	| "callback"
	| "discovery"
	| "keys"
	| "token"
	| "id_token"
	| "user"
	| "account"
	| "refresh"
	| "revocation"
	| "grant"
	| "api";

/** What an {@link OAuthError} holds besides its code. */
export interface OAuthErrorDetails {
	/** The provider's id. */
	provider?: string;
	step?: Step;
	/** The HTTP status of the provider's response. */
	status?: number;
	/** How long the provider asks you to wait, in seconds. */
	retryAfter?: number;
	/** The provider's error code, such as `invalid_grant`. */
	providerError?: string;
	/** The provider's own text: for a log, never for a page. */
	providerErrorDescription?: string;
	/** Retires the sign-in that failed: set it on the response. Absent where the sign-in is not known. */
	cookie?: Cookie;
	cause?: unknown;
}

const brand = Symbol.for("@oauth/core/error");

/**
 * Any failure of a sign-in. The message says what happened and what to do. Neither it nor any property holds a secret, a
 * code, a token or a code verifier.
 */
export class OAuthError extends Error {
	declare readonly provider?: string;
	declare readonly step?: Step;
	declare readonly status?: number;
	declare readonly retryAfter?: number;
	declare readonly providerError?: string;
	declare readonly providerErrorDescription?: string;
	declare readonly cookie?: Cookie;

	/** @param reason what exactly went wrong. By default, the code's meaning. */
	constructor(
		readonly code: OAuthErrorCode,
		details: OAuthErrorDetails = {},
		reason: string = ERRORS[code][0],
		advice: string = ERRORS[code][1],
	) {
		const { provider, step } = details;
		const said = `${reason}.`.replace(/([.?!])\.$/, "$1");
		super(`${provider ? `${provider}: ` : ""}${code}${step ? ` (${step})` : ""}: ${said} ${advice}.`);
		Object.assign(this, details);
	}

	/** Tells whether a value is an `OAuthError`, also of another copy of this package. */
	static is(error: unknown): error is OAuthError {
		return error instanceof Error && brand in error;
	}

	static {
		Object.assign(OAuthError.prototype, { name: "OAuthError", [brand]: 1 });
	}
}
