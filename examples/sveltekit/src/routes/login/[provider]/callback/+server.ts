import { auth } from "#lib/server/auth.ts";
import { findLinkingSession, forgetLinkingSession } from "#lib/server/linking-session.ts";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";
import { toAttributes } from "#lib/server/to-attributes.ts";
import { keepTokens } from "#lib/server/vault.ts";
import type { RequestHandler } from "./$types";

/** Handles the callback: a GET, or a POST by Apple's site. `handleCallback` knows which one it must be. */
export const GET: RequestHandler = async ({ params, request, locals, cookies }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");

	try {
		// Only a valid session may link, whichever cookie its id is from.
		const linking = await (provider.id === "apple" ? findLinkingSession(cookies) : locals.auth.validate());
		const session = await provider.handleCallback(request, { sessionId: linking?.sessionId });
		// Retires the flow even if something fails below, and a link that another user started in this browser.
		const { name, value, attributes } = session.cookie;
		cookies.set(name, value, attributes);
		forgetLinkingSession(cookies);

		if (session.intent === "link" && linking) {
			await session.linkAccount(linking.userId);
			await keepTokens(linking.userId, session);
		} else {
			const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
			await keepTokens(user.userId, session);
			locals.auth.setSession(await auth.createSession(user.userId));
		}
		return new Response(null, { status: 303, headers: { location: session.redirectTo ?? "/" } });
	} catch (error) {
		return showFailure(error, cookies);
	}
};

export const POST = GET;
