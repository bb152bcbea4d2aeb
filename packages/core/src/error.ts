import type { Cookie } from "./cookie.js";

const AGAIN = "Ask the user to sign in again";
const COMPARE = "Developer: compare the settings with the registration at the provider";

/**
 * Every way in which a sign-in can fail: what has happened, and what to do. The list is closed: a `switch` over it is
 * complete. Messages are made from it, and so is the table in the README.
 */
export const ERRORS = {
	ACCESS_DENIED: ["the user declined", "Offer the sign-in again"],
	ACCOUNT_IN_USE: ["the account belongs to another user", "The user can sign in with it instead"],
	AUTHORIZATION_FAILED: ["the provider refused the sign-in", COMPARE],
	FAILED_REQUEST: ["the request failed", COMPARE],
	FLOW_EXPIRED: ["the sign-in took longer than ten minutes", AGAIN],
	FLOW_MISMATCH: ["the sign-in was begun for something else", AGAIN],
	FLOW_MISSING: ["the cookie of this sign-in is not there: blocked, used up, or in another browser", AGAIN],
	INVALID_CALLBACK: ["this is not an authorization response", AGAIN],
	INVALID_CONFIG: ["a setting is wrong", "Developer: correct it"],
	INVALID_GRANT: ["the refresh token is no longer valid", AGAIN],
	INVALID_ID_TOKEN: ["the ID token is not valid", COMPARE],
	INVALID_PROFILE: ["the user has no valid id", "Developer: report it to the package"],
	ISSUER_MISMATCH: ["another issuer has responded", `${AGAIN}. ${COMPARE}`],
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
	| "revocation";

/** What an {@link OAuthError} says beside its code. */
export interface OAuthErrorDetails {
	/** The provider's id. */
	provider?: string;
	step?: Step;
	/** The HTTP status of the provider's response. */
	status?: number;
	/** How long the provider asks to wait, in seconds. */
	retryAfter?: number;
	/** The provider's error code, such as `invalid_grant`. */
	providerError?: string;
	/** The provider's own words: for a log, never for a page. */
	providerErrorDescription?: string;
	/** Retires the sign-in that failed: set it on the response. Absent where no sign-in is known. */
	cookie?: Cookie;
	cause?: unknown;
}

const brand = Symbol.for("@oauth/core/error");

/**
 * Every failure of a sign-in. The message says what happened and what to do. No property holds a secret, a code, a token
 * or a code verifier.
 */
export class OAuthError extends Error {
	declare readonly provider?: string;
	declare readonly step?: Step;
	declare readonly status?: number;
	declare readonly retryAfter?: number;
	declare readonly providerError?: string;
	declare readonly providerErrorDescription?: string;
	declare readonly cookie?: Cookie;

	/** @param reason what exactly went wrong; the code's meaning by default */
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

	/** Tells whether a value is an `OAuthError`, of whichever copy of this package. */
	static is(error: unknown): error is OAuthError {
		return error instanceof Error && brand in error;
	}

	static {
		Object.assign(OAuthError.prototype, { name: "OAuthError", [brand]: 1 });
	}
}
