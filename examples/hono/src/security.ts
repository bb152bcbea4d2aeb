import { env } from "cloudflare:workers";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";

/** Apple's site, or the emulator in its place. */
const appleOrigin = new URL(env.APPLE_ISSUER ?? "https://appleid.apple.com").origin;

/** Accepts only POSTs from our own pages, and at Apple's callback only Apple's. `hono/csrf` checks only forms. */
export const checkOrigin = createMiddleware(async (c, next) => {
	const expected = c.req.path === "/login/apple/callback" ? appleOrigin : env.ORIGIN;
	if (c.req.method === "POST" && c.req.header("origin") !== expected)
		return c.text("Cross-site form submissions are forbidden", 403);
	return next();
});

export const securityHeaders = secureHeaders({
	// No `form-action`: browsers apply it to redirects too, and the form that links an account redirects to the provider.
	contentSecurityPolicy: {
		defaultSrc: ["'none'"],
		styleSrc: ["'self'"],
		// Pictures come from the providers' hosts, which vary; over http only from this machine.
		imgSrc: ["'self'", "data:", "https:", "http://localhost:*", "http://127.0.0.1:*"],
		baseUri: ["'none'"],
		frameAncestors: ["'none'"],
	},
	// Not `no-referrer`, with which browsers also hide a form's origin: `checkOrigin` needs it.
	referrerPolicy: "same-origin",
	xFrameOptions: "DENY",
});
