import type { NextRequest } from "next/server";
import { linkingCookie } from "#lib/linking-session.ts";
import { findProvider } from "#lib/providers.ts";
import { getSession } from "#lib/session.ts";
import { showFailure, showProblem } from "#lib/show-problem.ts";

/** Redirects to the provider, to link another account. Only by POST: `proxy.ts` ensures that the form is ours. */
export async function POST(request: NextRequest, { params }: RouteContext<"/login/[provider]/link">) {
	const provider = findProvider((await params).provider);
	if (!provider) return showProblem("NOT_FOUND");
	const signedIn = await getSession();
	if (!signedIn) return showProblem("NOT_SIGNED_IN");

	try {
		const { sessionId } = signedIn.session;
		const response = (await provider.startSignIn(request, { intent: "link", sessionId })).response();
		if (provider.id === "apple") response.headers.append("set-cookie", linkingCookie(signedIn.session));
		return response;
	} catch (error) {
		return showFailure(error);
	}
}
