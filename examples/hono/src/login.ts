import { OAuthError } from "@oauth/core";
import { Hono } from "hono";
import type { App } from "./app.ts";
import { linkingCookie, takeLinkingUser } from "./linking-session.ts";
import { findProvider } from "./providers.ts";
import { sessionToken, startSession } from "./sessions.ts";
import { showFailure, showProblem } from "./show-problem.ts";
import { toAttributes } from "./to-attributes.ts";

/** `/login/:provider` and what is under it. */
export const login = new Hono<App>();

login.onError(showFailure);

/** To the provider. `redirectTo` is the page to go on to afterwards. */
login.get("/:provider", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");

	const start = (redirectTo?: string) => provider.startSignIn({ request: c.req.raw, redirectTo });
	const redirectTo = c.req.query("redirectTo");
	const signIn = await start(redirectTo).catch((error) => {
		// An address elsewhere is refused. Whoever followed such a link can still sign in.
		if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG") return start();
		throw error;
	});
	return signIn.response();
});

/** To the provider, to link one more account. Only by POST, and only from a page of ours. */
login.post("/:provider/link", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");
	const token = sessionToken(c);
	if (!token || !c.var.user) return showProblem(c, "NOT_SIGNED_IN");

	const signIn = await provider.startSignIn({ request: c.req.raw, intent: "link" });
	const response = signIn.response();
	if (provider.id === "apple") response.headers.append("set-cookie", linkingCookie(token));
	return response;
});

/** Back from the provider: by GET, or by a POST of Apple's site. Which one it has to be, `handleCallback` knows. */
login.on(["GET", "POST"], "/:provider/callback", async (c) => {
	const provider = findProvider(c.req.param("provider"));
	if (!provider) return showProblem(c, "NOT_FOUND");

	const session = await provider.handleCallback(c.req.raw);
	if (session.intent === "link") {
		const user = provider.id === "apple" ? await takeLinkingUser(c) : c.var.user;
		if (!user) return showProblem(c, "NOT_SIGNED_IN");
		await session.linkAccount(user.id);
	} else {
		const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
		await startSession(c, user.id);
	}

	// Retires this sign-in.
	c.header("set-cookie", session.cookie, { append: true });
	return c.redirect(session.redirectTo ?? "/", 303);
});
