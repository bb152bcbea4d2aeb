import type { Cookies } from "@sveltejs/kit";
import type { Session } from "lucia-auth";
import { ORIGIN } from "$app/env/private";
import { auth } from "./auth.ts";

const NAME = ORIGIN.startsWith("https:") ? "__Host-link" : "link";
const attributes = { path: "/", httpOnly: true, secure: true, sameSite: "none" } as const;

/**
 * Keeps the session that begins to link an Apple account. Apple answers by a POST from its own site, and the session's
 * cookie doesn't come along with that. This one does, and is for nothing else.
 */
export function rememberLinkingSession(cookies: Cookies, { sessionId }: Session): void {
	cookies.set(NAME, sessionId, { ...attributes, maxAge: 600 });
}

/** Returns that session, if it still is one. */
export async function findLinkingSession(cookies: Cookies): Promise<Session | null> {
	const sessionId = cookies.get(NAME);
	if (!sessionId) return null;
	try {
		return await auth.getSession(sessionId);
	} catch (error) {
		if ((error as Error).message === "AUTH_INVALID_SESSION_ID") return null;
		throw error;
	}
}

export function forgetLinkingSession(cookies: Cookies): void {
	cookies.delete(NAME, attributes);
}
