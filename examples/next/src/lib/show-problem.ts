import { OAuthError } from "@oauth/core";
import type { ProblemCode } from "./problems.ts";
import { seeOther } from "./see-other.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's address. */
export function showProblem(code: ProblemCode, headers?: Headers): Response {
	return seeOther(`/problem/${code}`, headers);
}

/** The same for whatever a sign-in has thrown. */
export function showFailure(error: unknown, headers?: Headers): Response {
	return showProblem(problemOf(error), headers);
}

export function problemOf(error: unknown): ProblemCode {
	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	return OAuthError.is(error) ? error.code : "UNEXPECTED";
}
