import { OAuthError } from "@oauth/core";
import express, { type RequestHandler, type Router } from "express";
import { clearLinkingCookie, readLinkingCookie } from "./linking-cookie.ts";
import type { Provider } from "./providers.ts";
import { setSessionCookie } from "./session-cookie.ts";
import { createSession, getSession } from "./sessions.ts";
import { onlyPost } from "./show-problem.ts";
import { startLink } from "./start-link.ts";
import { toAttributes } from "./to-attributes.ts";
import { keepTokens } from "./vault.ts";

/** Returns the routes at `/login/<provider>` and below. Their errors lead to a problem's page: see `showFailure`. */
export function signInRoutes(provider: Provider): Router {
	/** Redirects to the provider. `redirectTo` is the page to go on to afterwards. */
	const begin: RequestHandler = async (request, response) => {
		const redirectTo = request.query.redirectTo?.toString();
		const { url, cookies } = await provider.startSignIn(request, { redirectTo }).catch((error) => {
			// A URL of another site is refused. A user who followed such a link can still sign in.
			if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG")
				return provider.startSignIn(request);
			throw error;
		});
		for (const cookie of cookies) response.append("set-cookie", cookie.serialize());
		response.redirect(url);
	};

	/** Handles the callback: a GET, or a POST by Apple's site. `handleCallback` knows which one it must be. */
	const finish: RequestHandler = async (request, response) => {
		// Only a valid session may link, whichever cookie its token is from.
		const linking =
			provider.id === "apple" ? await getSession(readLinkingCookie(request)) : response.locals.session;
		const session = await provider.handleCallback(request, { sessionId: linking?.token });
		// Retires the flow even if something fails below, and a link that another user started in this browser.
		response.append("set-cookie", session.cookie.serialize());
		clearLinkingCookie(response);

		if (session.intent === "link" && linking) {
			await session.linkAccount(linking.user.id);
			await keepTokens(linking.user.id, session);
		} else {
			const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
			await keepTokens(user.id, session);
			setSessionCookie(response, await createSession(user.id));
		}
		response.redirect(303, session.redirectTo ?? "/");
	};

	const readForm = express.urlencoded({ extended: false, limit: "16kb" });

	const router = express.Router();
	router.get("/", begin);
	router
		.route("/link")
		.post((request, response) => startLink(provider, request, response))
		.all(onlyPost);
	router.route("/callback").get(finish).post(readForm, finish);
	return router;
}
