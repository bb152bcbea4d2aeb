import type { Request, Response } from "express";
import { setLinkingCookie } from "./linking-cookie.ts";
import type { Provider } from "./providers.ts";
import { showProblem } from "./show-problem.ts";
import { vault } from "./vault.ts";

interface LinkOptions {
	/** Scopes to ask for besides those that the user has granted. */
	more?: string[];
	/** The page to go on to afterwards. */
	redirectTo?: string;
}

/** Redirects to the provider, to link an account. Only by POST: `checkOrigin` ensures that the form is ours. */
export async function startLink(
	provider: Provider,
	request: Request,
	response: Response,
	{ more = [], redirectTo }: LinkOptions = {},
): Promise<void> {
	const { session } = response.locals;
	if (!session) return showProblem(response, "NOT_SIGNED_IN");
	const { url, cookies } = await provider.startSignIn(request, {
		intent: "link",
		sessionId: session.token,
		// Otherwise the new tokens would replace the old ones, and could do less.
		scope: await vault.withGrantedScopes(session.user.id, provider.id, more),
		redirectTo,
	});
	if (provider.id === "apple") setLinkingCookie(response, session.token);
	for (const cookie of cookies) response.append("set-cookie", cookie.serialize());
	response.redirect(url);
}
