import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";

/** To the provider, to link one more account. Only by POST: SvelteKit checks that the form is on a page of ours. */
export const POST = async ({ params, request, locals }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");
	if (!locals.user) showProblem("NOT_SIGNED_IN");

	const signIn = await provider.startSignIn({ request, intent: "link" }).catch(showFailure);
	return signIn.response();
};
