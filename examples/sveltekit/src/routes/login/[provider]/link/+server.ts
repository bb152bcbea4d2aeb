import { rememberLinkingSession } from "#lib/server/linking-session.ts";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";

/** Redirects to the provider, to link another account. Only by POST: SvelteKit ensures that the form is ours. */
export const POST = async ({ params, request, locals, cookies }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");
	const session = await locals.auth.validate();
	if (!session) showProblem("NOT_SIGNED_IN");

	try {
		const { sessionId } = session;
		const signIn = await provider.startSignIn(request, { intent: "link", sessionId });
		if (provider.id === "apple") rememberLinkingSession(cookies, session);
		return signIn.response();
	} catch (error) {
		return showFailure(error, cookies);
	}
};
