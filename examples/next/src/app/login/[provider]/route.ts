import { OAuthError } from "@oauth/core";
import type { NextRequest } from "next/server";
import { findProvider } from "#lib/providers.ts";
import { showFailure, showProblem } from "#lib/show-problem.ts";

/** Redirects to the provider. `redirectTo` is the page to go on to afterwards. */
export async function GET(request: NextRequest, { params }: RouteContext<"/login/[provider]">) {
	const provider = findProvider((await params).provider);
	if (!provider) return showProblem("NOT_FOUND");

	const redirectTo = request.nextUrl.searchParams.get("redirectTo") ?? undefined;
	try {
		const signIn = await provider.startSignIn(request, { redirectTo }).catch((error) => {
			// A URL of another site is refused. A user who followed such a link can still sign in.
			if (redirectTo && OAuthError.is(error) && error.code === "INVALID_CONFIG")
				return provider.startSignIn(request);
			throw error;
		});
		return signIn.response();
	} catch (error) {
		return showFailure(error);
	}
}
