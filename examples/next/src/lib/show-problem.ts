import { OAuthError } from "@oauth/core";
import type { ProblemCode } from "./problems.ts";
import { seeOther } from "./see-other.ts";

/** Redirects to the problem's page, so that neither a reload nor the history contains the callback's URL. */
export function showProblem(code: ProblemCode, headers?: Headers): Response {
	return seeOther(`/problem/${code}`, headers);
}

/** Redirects to the page for what a sign-in has thrown. */
export function showFailure(error: unknown, headers = new Headers()): Response {
	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or an image on another site's page: the user would not see a page.
	if (code === "NOT_A_NAVIGATION") return new Response(null, { status: 403 });

	// An `OAuthError` contains no secret, so all of it can be logged.
	console.error(error);
	// Retires the flow.
	if (cookie) headers.append("set-cookie", cookie.serialize());
	return showProblem(code, headers);
}
