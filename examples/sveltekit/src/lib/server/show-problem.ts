import { OAuthError } from "@oauth/core";
import { redirect } from "@sveltejs/kit";
import type { ProblemCode } from "./problems.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's address. */
export function showProblem(code: ProblemCode): never {
	redirect(303, `/problem/${code}`);
}

/** The same for whatever a sign-in has thrown. */
export function showFailure(error: unknown): never {
	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	showProblem(OAuthError.is(error) ? error.code : "UNEXPECTED");
}
