import type { RequestHandler } from "express";
import { ORIGIN } from "./env.ts";
import { APPLE_ORIGIN } from "./providers.ts";

// No `form-action`: browsers apply it to redirects too, and the form that links an account redirects to the provider.
const policy = [
	"default-src 'none'",
	"style-src 'self'",
	// Pictures come from the providers' hosts, which vary; over http only from this machine.
	"img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
	response.set({
		"content-security-policy": policy,
		"x-content-type-options": "nosniff",
		// Not `no-referrer`, with which browsers also hide a form's origin: it is checked below.
		"referrer-policy": "same-origin",
	});
	next();
};

/** Accepts only forms on our own pages, and at Apple's callback only the form that Apple's site posts. */
export const checkOrigin: RequestHandler = ({ method, path, headers }, response, next) => {
	const expected = path === "/login/apple/callback" ? APPLE_ORIGIN : ORIGIN;
	if (method === "GET" || method === "HEAD" || headers.origin === expected) return next();
	response.status(403).type("text").send("Cross-site form submissions are forbidden");
};
