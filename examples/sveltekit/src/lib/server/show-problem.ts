import { OAuthError } from "@oauth/core";
import { type Cookies, redirect } from "@sveltejs/kit";
import type { ProblemCode } from "./problems.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's URL. */
export function showProblem(code: ProblemCode): never {
	redirect(303, `/problem/${code}`);
}

/** The same for whatever a sign-in has thrown. */
export function showFailure(error: unknown, cookies: Cookies): Response {
	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or a page elsewhere that takes the sign-in for an image. Nobody would see a page.
	if (code === "NOT_A_NAVIGATION") return new Response(null, { status: 403 });

	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	// Retires this sign-in.
	if (cookie) cookies.set(cookie.name, cookie.value, cookie.attributes);
	showProblem(code);
}
