import type { Context } from "hono";
import { deleteCookie, generateCookie, getCookie } from "hono/cookie";
import { findSession, prefix, type Session } from "./sessions.ts";

const options = { prefix, httpOnly: true, secure: true, sameSite: "None" } as const;

/**
 * Keeps the token of the session that begins to link an Apple account. Apple answers by a POST from its own site, and the
 * session's cookie doesn't come along with that. This one does, and is for nothing else.
 */
export function linkingCookie(sessionToken: string): string {
	return generateCookie("link", sessionToken, { ...options, maxAge: 600 });
}

/** Returns that session, if it still is one. */
export function findLinkingSession(c: Context): Promise<Session | null> {
	return findSession(getCookie(c, "link", prefix));
}

export function clearLinkingCookie(c: Context): void {
	deleteCookie(c, "link", options);
}
