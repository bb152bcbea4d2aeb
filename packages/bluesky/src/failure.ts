import { type Client, failure, OAuthError, type OAuthErrorCode, type Step } from "@oauth/core/provider";
import { TIMEOUT_MS } from "./guarded-fetch.js";

/** Maps an error of the AT Protocol's client to ours. The client is loaded lazily, so there are no classes for `instanceof`. */
export function toFailure(
	client: Client,
	step: Step,
	error: unknown,
	secrets: Set<unknown>,
	depth = 9,
): OAuthError {
	if (OAuthError.is(error)) return error;
	const { cause, payload, response } = Object(error);
	// The client wraps the errors of a callback.
	if (payload === undefined && cause && depth) return toFailure(client, step, cause, secrets, depth - 1);
	const code = toCode(step, error);
	return failure(client, code, {
		step,
		status: response?.status,
		retryAfter: Number(response?.headers?.get("retry-after")) || undefined,
		response: payload,
		cause: error,
		secrets: [...secrets],
		...reasonOf(error, client.timeout),
		...(code === "FAILED_REQUEST" && adviceAt(step, response?.status)),
	});
}

/** The client's message if the account is not at the server that responded. At a refresh, the account has moved. */
const ELSEWHERE = "Issuer mismatch";

function toCode(step: Step, error: unknown): OAuthErrorCode {
	const { message, payload } = Object(error);
	const isElsewhere = message === ELSEWHERE;
	if (step === "token" && isElsewhere) return "ISSUER_MISMATCH";
	if (step === "refresh" && (isElsewhere || payload?.error === "invalid_grant")) return "INVALID_GRANT";
	return "FAILED_REQUEST";
}

/** Returns a reason if the client's message has none, or none that can be understood. */
function reasonOf(error: unknown, timeout = TIMEOUT_MS): { reason?: string } {
	const { name, message, issues } = Object(error);
	if (/^(Abort|Timeout)Error$/.test(name)) return { reason: `no response within ${timeout / 1000} s` };
	if (name === "SyntaxError") return { reason: "the response is not JSON" };
	if (message === ELSEWHERE) return { reason: "the account is at another server than this one" };
	// The issues of a schema.
	const { path, message: problem } = Object(Object(issues)[0]);
	return problem ? { reason: `the response is wrong at "${path}": ${problem}` } : {};
}

function adviceAt(step: Step, status = 503): { advice?: string } {
	if (step === "discovery") return { advice: "Ask the user for the handle again, or try again later" };
	return status === 429 || status >= 500 ? { advice: "Try again later" } : {};
}
