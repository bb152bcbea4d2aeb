import type * as express from "express";
import { ORIGIN } from "./env.ts";

/** Express's request as the web's. It has a body if `express.text` has read one. */
export function toRequest({ method, originalUrl, headers, body }: express.Request): Request {
	// What it says about its origin comes from whoever sent it.
	const { pathname, search } = new URL(originalUrl, ORIGIN);
	return new Request(ORIGIN + pathname + search, {
		method,
		headers: headers as Record<string, string>,
		body,
	});
}

/** Answers with a redirect of the web. */
export function sendRedirect(outgoing: express.Response, { status, headers }: Response): void {
	for (const [name, value] of headers) {
		// There can be several cookies, each in a header of its own.
		if (name === "set-cookie") outgoing.append(name, value);
		else outgoing.set(name, value);
	}
	outgoing.status(status).end();
}
