import { OAuthError } from "@oauth/core";
import express, { type RequestHandler, type Router } from "express";
import { setLinkingCookie, takeLinkingCookie } from "./linking-cookie.ts";
import type { Provider } from "./providers.ts";
import { readSessionCookie, setSessionCookie } from "./session-cookie.ts";
import { createSession, getSessionUser } from "./sessions.ts";
import { onlyPost, showProblem } from "./show-problem.ts";
import { toAttributes } from "./to-attributes.ts";
import { sendRedirect, toRequest } from "./web.ts";

/** `/login/<provider>` and what is under it. Whatever fails here leads to a problem's page: see `showFailure`. */
export function signInRoutes(provider: Provider): Router {
	/** To the provider. `redirectTo` is the page to go on to afterwards. */
	const begin: RequestHandler = async (incoming, outgoing) => {
		const request = toRequest(incoming);
		const redirectTo = new URL(request.url).searchParams.get("redirectTo") ?? undefined;
		const signIn = await provider.startSignIn({ request, redirectTo }).catch((error) => {
			// An address elsewhere is refused. Whoever followed such a link can still sign in.
			if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG")
				return provider.startSignIn({ request });
			throw error;
		});
		sendRedirect(outgoing, signIn.response());
	};

	/** To the provider, to link one more account. Only by POST: `checkOrigin` sees to it that the form is ours. */
	const beginLink: RequestHandler = async (incoming, outgoing) => {
		const token = readSessionCookie(incoming);
		if (!token || !outgoing.locals.user) return showProblem(outgoing, "NOT_SIGNED_IN");
		const signIn = await provider.startSignIn({ request: toRequest(incoming), intent: "link" });
		if (provider.id === "apple") setLinkingCookie(outgoing, token);
		sendRedirect(outgoing, signIn.response());
	};

	/** Back from the provider: by GET, or by a POST of Apple's site. Which one it has to be, `handleCallback` knows. */
	const finish: RequestHandler = async (incoming, outgoing) => {
		const session = await provider.handleCallback(toRequest(incoming));
		// Retires this sign-in, also if something fails below.
		outgoing.append("set-cookie", session.cookie);

		if (session.intent === "link") {
			const user =
				provider.id === "apple"
					? await getSessionUser(takeLinkingCookie(incoming, outgoing))
					: outgoing.locals.user;
			if (!user) return showProblem(outgoing, "NOT_SIGNED_IN");
			await session.linkAccount(user.id);
		} else {
			const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
			setSessionCookie(outgoing, await createSession(user.id));
		}
		outgoing.redirect(303, session.redirectTo ?? "/");
	};

	// As text: `handleCallback` reads the form itself.
	const readForm = express.text({ type: "application/x-www-form-urlencoded", limit: "16kb" });

	const router = express.Router();
	router.get("/", begin);
	router.route("/link").post(beginLink).all(onlyPost);
	router.route("/callback").get(finish).post(readForm, finish);
	return router;
}
