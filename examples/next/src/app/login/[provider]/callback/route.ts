import type { NextRequest } from "next/server";
import { auth } from "#lib/auth.ts";
import { getLinkingSession, noLinkingCookie } from "#lib/linking-session.ts";
import { findProvider } from "#lib/providers.ts";
import { seeOther } from "#lib/see-other.ts";
import { getSession } from "#lib/session.ts";
import { showFailure, showProblem } from "#lib/show-problem.ts";
import { toAttributes } from "#lib/to-attributes.ts";

/** Handles the callback: a GET, or a POST by Apple's site. `handleCallback` knows which one it must be. */
export async function GET(request: NextRequest, { params }: RouteContext<"/login/[provider]/callback">) {
	const provider = findProvider((await params).provider);
	if (!provider) return showProblem("NOT_FOUND");

	const headers = new Headers();
	try {
		// Only a valid session may link, whichever cookie its id is from.
		const linking = await (provider.id === "apple" ? getLinkingSession() : getSession());
		const sessionId = linking?.session.sessionId;
		const session = await provider.handleCallback(request, { sessionId });
		// Retires the flow even if something fails below, and a link that another user started in this browser.
		headers.append("set-cookie", session.cookie.serialize());
		headers.append("set-cookie", noLinkingCookie);

		if (session.intent === "link" && linking) {
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
