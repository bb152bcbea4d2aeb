import { OAuthError } from "@oauth/core";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import type { ProblemCode } from "./problems.ts";

/** Redirects to the problem's page, so that neither a reload nor the history contains the callback's URL. */
export function showProblem(c: Context, code: ProblemCode): Response {
	return c.redirect(`/problem/${code}`, 303);
}

/** Redirects to the page for what a sign-in has thrown. */
export function showFailure(error: Error, c: Context): Response {
	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or an image on another site's page: the user would not see a page.
	if (code === "NOT_A_NAVIGATION") return c.body(null, 403);

	// An `OAuthError` contains no secret, so all of it can be logged.
	console.error(error);
	// Retires the flow.
	if (cookie) setCookie(c, cookie.name, cookie.value, cookie.attributes);
	return showProblem(c, code);
}
