import { OAuthError } from "@oauth/core";
import type { Context } from "hono";
import type { ProblemCode } from "./problems.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's address. */
export function showProblem(c: Context, code: ProblemCode): Response {
	return c.redirect(`/problem/${code}`, 303);
}

/** The same for whatever a sign-in has thrown. */
export function showFailure(error: Error, c: Context): Response {
	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	return showProblem(c, OAuthError.is(error) ? error.code : "UNEXPECTED");
}
