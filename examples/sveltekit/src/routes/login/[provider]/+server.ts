import { OAuthError } from "@oauth/core";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";

/** To the provider. `redirectTo` is the page to go on to afterwards. */
export const GET = async ({ params, request, url }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");

	const start = (redirectTo?: string) => provider.startSignIn({ request, redirectTo });
	const redirectTo = url.searchParams.get("redirectTo") ?? undefined;
	const signIn = await start(redirectTo)
		.catch((error) => {
			// An address elsewhere is refused. Whoever followed such a link can still sign in.
			if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG") return start();
			throw error;
		})
		.catch(showFailure);
	return signIn.response();
};
