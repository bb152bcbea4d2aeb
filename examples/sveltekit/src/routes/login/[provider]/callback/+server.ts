import { auth } from "#lib/server/auth.ts";
import { takeLinkingUser } from "#lib/server/linking-session.ts";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";
import { toAttributes } from "#lib/server/to-attributes.ts";
import type { RequestHandler } from "./$types";

/** Back from the provider: by GET, or by a POST of Apple's site. Which one it has to be, `handleCallback` knows. */
export const GET: RequestHandler = async ({ params, request, locals, cookies }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");

	const session = await provider.handleCallback(request).catch(showFailure);
	if (session.intent === "link") {
		const user = provider.id === "apple" ? await takeLinkingUser(cookies) : locals.user;
		if (!user) showProblem("NOT_SIGNED_IN");
		await session.linkAccount(user.userId).catch(showFailure);
	} else {
		const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
		locals.auth.setSession(await auth.createSession(user.userId));
	}

	return new Response(null, {
		status: 303,
		headers: {
			location: session.redirectTo ?? "/",
			// Retires this sign-in. SvelteKit adds the cookie of Lucia's session.
			"set-cookie": session.cookie,
		},
	});
};

export const POST = GET;
