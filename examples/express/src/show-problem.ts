import { OAuthError } from "@oauth/core";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { problemPage } from "./pages/problem-page.ts";
import { type ProblemCode, problems } from "./problems.ts";

/** Redirects to the problem's page, so that neither a reload nor the history contains the callback's URL. */
export function showProblem(response: Response, code: ProblemCode): void {
	response.redirect(303, `/problem/${code}`);
}

/** Sends the problem's page. */
export function sendProblem(response: Response, code: ProblemCode, status = problems[code].status): void {
	const isSignedIn = Boolean(response.locals.session);
	response.status(status).send(problemPage({ ...problems[code], status }, isSignedIn));
}

export const onlyPost: RequestHandler = (_request, response) => {
	response.set("allow", "POST");
	sendProblem(response, "NOT_FOUND", 405);
};

/** Handles every error. */
export const showFailure: ErrorRequestHandler = (error, { path }, response, next) => {
	if (response.headersSent) return next(error);
	// An error of Express, such as for a URL that can't be decoded or a form that is too big.
	if (!OAuthError.is(error) && error.status < 500) return sendProblem(response, "NOT_FOUND", error.status);

	const { code, cookie } = OAuthError.is(error) ? error : { code: "UNEXPECTED" as const, cookie: undefined };
	// A prefetch, or an image on another site's page: the user would not see a page.
	if (code === "NOT_A_NAVIGATION") return response.sendStatus(403);

	// An `OAuthError` contains no secret, so all of it can be logged.
	console.error(error);
	// Retires the flow.
	if (cookie) response.append("set-cookie", cookie.serialize());
	// A problem's page that fails would fail again after the redirect.
	if (path.startsWith("/problem/")) sendProblem(response, code);
	else showProblem(response, code);
};
