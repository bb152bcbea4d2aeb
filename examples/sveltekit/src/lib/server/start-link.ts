import type { RequestEvent } from "@sveltejs/kit";
import { rememberLinkingSession } from "./linking-session.ts";
import { findProvider } from "./providers.ts";
import { showFailure, showProblem } from "./show-problem.ts";
import { vault } from "./vault.ts";

interface LinkOptions {
	/** Scopes to ask for besides those that the user has granted. */
	more?: string[];
	/** The page to go on to afterwards. */
	redirectTo?: string;
}

/** Redirects to the provider, to link an account. Only by POST: SvelteKit ensures that the form is ours. */
export async function startLink(
	providerId: string,
	{ request, locals, cookies }: RequestEvent,
	{ more = [], redirectTo }: LinkOptions = {},
): Promise<Response> {
	const provider = findProvider(providerId);
	if (!provider) showProblem("NOT_FOUND");
	const session = await locals.auth.validate();
	if (!session) showProblem("NOT_SIGNED_IN");

	try {
		const { sessionId, userId } = session;
		// Otherwise the new tokens would replace the old ones, and could do less.
		const scope = await vault.withGrantedScopes(userId, provider.id, more);
		const signIn = await provider.startSignIn(request, { intent: "link", sessionId, scope, redirectTo });
		if (provider.id === "apple") rememberLinkingSession(cookies, session);
		return signIn.response();
	} catch (error) {
		return showFailure(error, cookies);
	}
}
