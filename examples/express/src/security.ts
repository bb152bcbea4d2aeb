import type { RequestHandler } from "express";
import { ORIGIN } from "./env.ts";
import { APPLE_ORIGIN } from "./providers.ts";

// No `form-action`: linking is a form whose answer leads to the provider, which browsers count in.
const policy = [
	"default-src 'none'",
	"style-src 'self'",
	// Pictures come from wherever the provider keeps them; over http only from this machine.
	"img-src 'self' data: https: http://localhost:* http://127.0.0.1:*",
	"base-uri 'none'",
	"frame-ancestors 'none'",
].join("; ");

export const setSecurityHeaders: RequestHandler = (_request, response, next) => {
	response.set({
		"content-security-policy": policy,
		"x-content-type-options": "nosniff",
		// Not `no-referrer`: with it browsers hide a form's origin too, which is checked below.
		"referrer-policy": "same-origin",
	});
	next();
};

/** Only forms on pages of ours may change something here. And what Apple answers is a form that its site posts. */
export const checkOrigin: RequestHandler = ({ method, path, headers }, response, next) => {
	const expected = path === "/login/apple/callback" ? APPLE_ORIGIN : ORIGIN;
	if (method === "GET" || method === "HEAD" || headers.origin === expected) return next();
	response.status(403).type("text").send("Cross-site form submissions are forbidden");
};
