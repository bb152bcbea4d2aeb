import { type Client, failure, OAuthError, type Step } from "@oauth/core";

/** What the AT Protocol's client has thrown, as an error of ours. Loaded lazily, its classes are not at hand to compare with. */
export function toFailure(
	client: Client,
	step: Step,
	error: unknown,
	secrets: Set<unknown>,
	depth = 9,
): OAuthError {
	if (OAuthError.is(error)) return error;
	const { message, cause, payload, status } = Object(error);
	// It wraps what goes wrong in a callback.
	if (payload === undefined && cause && depth) return toFailure(client, step, cause, secrets, depth - 1);
	// The account's server names another issuer than the one that has answered.
	const code = message === "Issuer mismatch" ? "ISSUER_MISMATCH" : "FAILED_REQUEST";
	return failure(client, code, { step, status, answer: payload, cause: error, secrets: [...secrets] });
}
