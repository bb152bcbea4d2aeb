import type { Cookies } from "@sveltejs/kit";
import type { Session } from "lucia-auth";
import { ORIGIN } from "$app/env/private";
import { auth } from "./auth.ts";

const NAME = ORIGIN.startsWith("https:") ? "__Host-link" : "link";
const attributes = { path: "/", httpOnly: true, secure: true, sameSite: "none" } as const;

/**
 * Keeps the session that starts to link an Apple account. Apple responds with a POST from its own site, and the browser
 * doesn't send the session's cookie with that. It sends this one, which has no other use.
 */
export function rememberLinkingSession(cookies: Cookies, { sessionId }: Session): void {
	cookies.set(NAME, sessionId, { ...attributes, maxAge: 600 });
}

/** Returns that session, if it is still valid. */
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
