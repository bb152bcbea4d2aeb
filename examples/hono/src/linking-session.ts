import type { Context } from "hono";
import { deleteCookie, generateCookie, getCookie } from "hono/cookie";
import { findSession, prefix, type Session } from "./sessions.ts";

const options = { prefix, httpOnly: true, secure: true, sameSite: "None" } as const;

/**
 * Keeps the token of the session that starts to link an Apple account. Apple responds with a POST from its own site, and
 * the browser doesn't send the session's cookie with that. It sends this one, which has no other use.
 */
export function linkingCookie(sessionToken: string): string {
	return generateCookie("link", sessionToken, { ...options, maxAge: 600 });
}

/** Returns that session, if it is still valid. */
export function findLinkingSession(c: Context): Promise<Session | null> {
	return findSession(getCookie(c, "link", prefix));
}

export function clearLinkingCookie(c: Context): void {
	deleteCookie(c, "link", options);
}
