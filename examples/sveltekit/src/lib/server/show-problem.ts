import { OAuthError } from "@oauth/core";
import { type Cookies, redirect } from "@sveltejs/kit";
import type { ProblemCode } from "./problems.ts";

/** Redirects to the problem's page, so that neither a reload nor the history contains the callback's URL. */
export function showProblem(code: ProblemCode): never {
	redirect(303, `/problem/${code}`);
}

/** Redirects to the page for what a sign-in has thrown. */
export function showFailure(error: unknown, cookies: Cookies): Response {
	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or an image on another site's page: the user would not see a page.
	if (code === "NOT_A_NAVIGATION") return new Response(null, { status: 403 });

	// An `OAuthError` contains no secret, so all of it can be logged.
	console.error(error);
	// Retires the flow.
	if (cookie) cookies.set(cookie.name, cookie.value, cookie.attributes);
	showProblem(code);
}
