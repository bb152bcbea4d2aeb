import type { Context } from "hono";
import { deleteCookie, generateCookie } from "hono/cookie";
import { findUser, prefix } from "./sessions.ts";
import type { User } from "./users.ts";

const options = { prefix, httpOnly: true, secure: true, sameSite: "None" } as const;

/**
 * Keeps who begins to link an Apple account. Apple answers by a POST from its own site, and the session's cookie doesn't
 * come along with that. This one does, and is for nothing else.
 */
export function linkingCookie(sessionToken: string): string {
	return generateCookie("link", sessionToken, { ...options, maxAge: 600 });
}

/** Who that was, if the session still is one. */
export function takeLinkingUser(c: Context): Promise<User | null> {
	return findUser(deleteCookie(c, "link", options));
}
