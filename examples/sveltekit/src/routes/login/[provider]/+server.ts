import { OAuthError } from "@oauth/core";
import { findProvider } from "#lib/server/providers.ts";
import { showFailure, showProblem } from "#lib/server/show-problem.ts";

/** Redirects to the provider. `redirectTo` is the page to go on to afterwards. */
export const GET = async ({ params, request, url, cookies }) => {
	const provider = findProvider(params.provider);
	if (!provider) showProblem("NOT_FOUND");

	const redirectTo = url.searchParams.get("redirectTo") ?? undefined;
	try {
		const signIn = await provider.startSignIn(request, { redirectTo }).catch((error) => {
			// A URL of another site is refused. A user who followed such a link can still sign in.
			if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG")
				return provider.startSignIn(request);
			throw error;
		});
		return signIn.response();
	} catch (error) {
		return showFailure(error, cookies);
	}
};
