import { OAuthError, type OAuthErrorCode } from "@oauth/core";
import { type FailureDetails, failure } from "@oauth/core/provider";

/** Makes an error of one provider. */
export function fail(providerId: string, code: OAuthErrorCode, details: FailureDetails): OAuthError {
	return failure({ id: providerId }, code, details);
}

/** Makes the error of a refresh that can be tried again. @param retryIn in milliseconds */
export function outage(providerId: string, reason: string | undefined, retryIn = 0): OAuthError {
	return fail(providerId, "FAILED_REQUEST", {
		step: "refresh",
		reason: reason || "the tokens could not be refreshed",
		retryAfter: Math.max(1, Math.ceil(retryIn / 1000)),
		advice: "Try again later",
	});
}

/** Makes the error of a grant that has ended. */
export function dead(providerId: string, reason: string | undefined): OAuthError {
	return fail(providerId, "INVALID_GRANT", { step: "refresh", ...(reason && { reason }) });
}

/** Makes an `OAuthError` of anything that a provider's function has thrown, without the secrets that it may quote. */
export function toOAuthError(providerId: string, error: unknown, secrets: unknown[]): OAuthError {
	if (OAuthError.is(error)) return error;
	return fail(providerId, "FAILED_REQUEST", {
		step: "refresh",
		cause: error,
		advice: "Developer: correct the provider",
		secrets,
	});
}
