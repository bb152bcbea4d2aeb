import type { Step } from "./provider.js";

/** What can go wrong. The list is closed: a `switch` over it is complete. */
export type OAuthErrorCode =
	/** The person said no at the provider. */
	| "ACCESS_DENIED"
	/** The account that was to be linked belongs to another user. */
	| "ACCOUNT_IN_USE"
	/** The provider answered the authorization request with an error: see `providerError`. */
	| "AUTHORIZATION_FAILED"
	/** An invalid code, the network, a timeout, or an answer that can't be read. */
	| "FAILED_REQUEST"
	/** The sign-in took longer than ten minutes. */
	| "FLOW_EXPIRED"
	/** The sign-in was begun for another provider, client, redirect URI, intent or account. */
	| "FLOW_MISMATCH"
	/** This browser has no such sign-in under way. */
	| "FLOW_MISSING"
	/** The request is no answer to an authorization request. */
	| "INVALID_CALLBACK"
	/** A setting or an option is missing or wrong: the message names it. */
	| "INVALID_CONFIG"
	/** The ID token can't be trusted. */
	| "INVALID_ID_TOKEN"
	/** The provider's user has no id, or another shape than documented. */
	| "INVALID_PROFILE"
	/** The answer is not from the issuer that was asked. */
	| "ISSUER_MISMATCH"
	/** The provider can't do that. */
	| "NOT_SUPPORTED";

/** What to do about it, where that is not to start again. */
const ADVICE: Partial<Record<OAuthErrorCode, string>> = {
	ACCOUNT_IN_USE: "sign in with it instead",
	FAILED_REQUEST: "compare the settings with the provider's, or try again",
	INVALID_CONFIG: "mend the setting",
	INVALID_PROFILE: "report it to this package",
	NOT_SUPPORTED: "do without",
};

export interface OAuthErrorDetails {
	/** The provider's id. */
	provider?: string;
	step?: Step;
	/** The HTTP status of the provider's answer. */
	status?: number;
	/** The provider's error code, such as `invalid_grant`. */
	providerError?: string;
	/** The provider's own words: for a log, never for a page. */
	providerErrorDescription?: string;
	cause?: unknown;
}

const brand = Symbol.for("@oauth/core/error");

/** Every failure of a sign-in. No property holds a secret, a code or a token. */
export class OAuthError extends Error {
	declare readonly provider?: string;
	declare readonly step?: Step;
	declare readonly status?: number;
	declare readonly providerError?: string;
	declare readonly providerErrorDescription?: string;

	/** `detail` says what exactly is wrong. */
	constructor(
		readonly code: OAuthErrorCode,
		details: OAuthErrorDetails = {},
		detail = details.providerError ?? details.status,
	) {
		const what = [details.provider, details.step, code, detail && `(${detail})`].filter(Boolean).join(" ");
		super(`${what}: ${ADVICE[code] ?? "offer the sign-in page again"}`);
		Object.assign(this, details);
	}

	/** Whether it is an `OAuthError`, of whichever copy of this package. */
	static is(error: unknown): error is OAuthError {
		return error instanceof Error && brand in error;
	}

	static {
		Object.assign(OAuthError.prototype, { name: "OAuthError", [brand]: 1 });
	}
}
