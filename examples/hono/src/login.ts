import { OAuthError } from "@oauth/core";
import { Hono } from "hono";
import { setCookie } from "hono/cookie";
import type { App } from "./app.ts";
import { clearLinkingCookie, findLinkingSession, linkingCookie } from "./linking-session.ts";
import { findProvider } from "./providers.ts";
import { startSession } from "./sessions.ts";
import { showFailure, showProblem } from "./show-problem.ts";
import { toAttributes } from "./to-attributes.ts";

/** The routes at `/login/:provider` and below. */
export const login = new Hono<App>();

login.onError(showFailure);

/** Redirects to the provider. `redirectTo` is the page to go on to afterwards. */
login.get("/:provider", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");

	const redirectTo = c.req.query("redirectTo");
	const signIn = await provider.startSignIn(c.req.raw, { redirectTo }).catch((error) => {
		// A URL of another site is refused. A user who followed such a link can still sign in.
		if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG")
			return provider.startSignIn(c.req.raw);
		throw error;
	});
	return signIn.response();
});

/** Redirects to the provider, to link another account. Only by POST, and only from our own pages. */
login.post("/:provider/link", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");
	const { session } = c.var;
	if (!session) return showProblem(c, "NOT_SIGNED_IN");

	const signIn = await provider.startSignIn(c.req.raw, { intent: "link", sessionId: session.token });
	const response = signIn.response();
	if (provider.id === "apple") response.headers.append("set-cookie", linkingCookie(session.token));
	return response;
});

/** Handles the callback: a GET, or a POST by Apple's site. `handleCallback` knows which one it must be. */
login.on(["GET", "POST"], "/:provider/callback", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");

	// Only a valid session may link, whichever cookie its token is from.
	const linking = provider.id === "apple" ? await findLinkingSession(c) : c.var.session;
	const session = await provider.handleCallback(c.req.raw, { sessionId: linking?.token });
	// Retires the flow even if something fails below, and a link that another user started in this browser.
	setCookie(c, session.cookie.name, session.cookie.value, session.cookie.attributes);
	clearLinkingCookie(c);

	if (session.intent === "link" && linking) {
		await session.linkAccount(linking.user.id);
	} else {
		const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
		await startSession(c, user.id);
	}
	return c.redirect(session.redirectTo ?? "/", 303);
});
