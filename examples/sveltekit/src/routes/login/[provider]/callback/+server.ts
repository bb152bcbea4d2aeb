import { auth } from "#lib/server/auth.ts";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";
import { toAttributes } from "#lib/server/to-attributes.ts";

/** Back from the provider. */
export const GET = async ({ params, request, locals }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");

	const session = await provider.handleCallback(request).catch(showFailure);
	if (session.intent === "link") {
		if (!locals.user) showProblem("NOT_SIGNED_IN");
		await session.linkAccount(locals.user.userId).catch(showFailure);
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
