import { env } from "cloudflare:workers";
import { createMiddleware } from "hono/factory";
import { secureHeaders } from "hono/secure-headers";

/** An emulated Apple stands in for Apple's site. */
const appleOrigin = new URL(env.APPLE_ISSUER ?? "https://appleid.apple.com").origin;

/** Lets in what pages of ours post, and where Apple answers, what its site posts. `hono/csrf` would look at forms only. */
export const checkOrigin = createMiddleware(async (c, next) => {
	const expected = c.req.path === "/login/apple/callback" ? appleOrigin : env.ORIGIN;
	if (c.req.method === "POST" && c.req.header("origin") !== expected)
		return c.text("Cross-site form submissions are forbidden", 403);
	return next();
});

export const securityHeaders = secureHeaders({
	// No `form-action`: linking is a form whose answer leads to the provider, which browsers count in.
	contentSecurityPolicy: {
		defaultSrc: ["'none'"],
		styleSrc: ["'self'"],
		// Pictures come from wherever the provider keeps them; over http only from this machine.
		imgSrc: ["'self'", "data:", "https:", "http://localhost:*", "http://127.0.0.1:*"],
		baseUri: ["'none'"],
		frameAncestors: ["'none'"],
	},
	// Not `no-referrer`: with it browsers hide a form's origin too, which `checkOrigin` looks at.
	referrerPolicy: "same-origin",
	xFrameOptions: "DENY",
});
