import { OAuthError } from "@oauth/core";
import type { Context } from "hono";
import { setCookie } from "hono/cookie";
import type { ProblemCode } from "./problems.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's URL. */
export function showProblem(c: Context, code: ProblemCode): Response {
	return c.redirect(`/problem/${code}`, 303);
}

/** The same for whatever a sign-in has thrown. */
export function showFailure(error: Error, c: Context): Response {
	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or a page elsewhere that takes the sign-in for an image. Nobody would see a page.
	if (code === "NOT_A_NAVIGATION") return c.body(null, 403);

	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	// Retires this sign-in.
	if (cookie) setCookie(c, cookie.name, cookie.value, cookie.attributes);
	return showProblem(c, code);
}
