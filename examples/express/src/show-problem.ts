import { OAuthError } from "@oauth/core";
import type { ErrorRequestHandler, RequestHandler, Response } from "express";
import { problemPage } from "./pages/problem-page.ts";
import { type ProblemCode, problems } from "./problems.ts";

/** Leads to the problem's page, so that neither a reload nor the history keeps the callback's address. */
export function showProblem(response: Response, code: ProblemCode): void {
	response.redirect(303, `/problem/${code}`);
}

/** That page. */
export function sendProblem(response: Response, code: ProblemCode, status = problems[code].status): void {
	const isSignedIn = Boolean(response.locals.user);
	response.status(status).send(problemPage({ ...problems[code], status }, isSignedIn));
}

export const onlyPost: RequestHandler = (_request, response) => {
	response.set("allow", "POST");
	sendProblem(response, "NOT_FOUND", 405);
};

/** For whatever has been thrown. */
export const showFailure: ErrorRequestHandler = (error, { path }, response, next) => {
	if (response.headersSent) return next(error);
	const isOAuthError = OAuthError.is(error);
	// Express's own, such as an address that can't be decoded or a form that is too big.
	if (!isOAuthError && error.status < 500) return sendProblem(response, "NOT_FOUND", error.status);

	// An `OAuthError` holds no secret, so all of it can be logged.
	console.error(error);
	if (isOAuthError) showProblem(response, error.code);
	// What fails on a problem's page would fail there again.
	else if (path.startsWith("/problem/")) sendProblem(response, "UNEXPECTED");
	else showProblem(response, "UNEXPECTED");
};
