import type { NextRequest } from "next/server";
import { auth } from "#lib/auth.ts";
import { getLinkingSession, noLinkingCookie } from "#lib/linking-session.ts";
import { findProvider } from "#lib/providers.ts";
import { seeOther } from "#lib/see-other.ts";
import { getSession } from "#lib/session.ts";
import { showFailure, showProblem } from "#lib/show-problem.ts";
import { toAttributes } from "#lib/to-attributes.ts";

/** Back from the provider: by GET, or by a POST of Apple's site. Which one it has to be, `handleCallback` knows. */
export async function GET(request: NextRequest, { params }: RouteContext<"/login/[provider]/callback">) {
	const provider = findProvider((await params).provider);
	if (!provider) return showProblem("NOT_FOUND");

	const headers = new Headers();
	try {
		const session = await provider.handleCallback(request);
		// Retires this sign-in.
		headers.append("set-cookie", session.cookie);
		if (session.intent === "link") {
			const isApple = provider.id === "apple";
			const linking = isApple ? await getLinkingSession() : await getSession();
			if (isApple) headers.append("set-cookie", noLinkingCookie);
			if (!linking) return showProblem("NOT_SIGNED_IN", headers);
			await session.linkAccount(linking.user.userId);
		} else {
			const user = session.existingUser ?? (await session.createUser(toAttributes(session.profile)));
			const cookie = auth.createSessionCookie(await auth.createSession(user.userId));
			headers.append("set-cookie", cookie.serialize());
		}
		return seeOther(session.redirectTo ?? "/", headers);
	} catch (error) {
		return showFailure(error, headers);
	}
}

export const POST = GET;
