import type { Cookies } from "@sveltejs/kit";
import type { Session, User } from "lucia-auth";
import { ORIGIN } from "$app/env/private";
import { auth } from "./auth.ts";

const NAME = ORIGIN.startsWith("https:") ? "__Host-link" : "link";
const attributes = { path: "/", httpOnly: true, secure: true, sameSite: "none" } as const;

/**
 * Keeps who begins to link an Apple account. Apple answers by a POST from its own site, and the session's cookie doesn't
 * come along with that. This one does, and is for nothing else.
 */
export function rememberLinkingSession(cookies: Cookies, { sessionId }: Session): void {
	cookies.set(NAME, sessionId, { ...attributes, maxAge: 600 });
}

/** Who that was, if the session still is one. */
export async function takeLinkingUser(cookies: Cookies): Promise<User | null> {
	const sessionId = cookies.get(NAME);
	if (!sessionId) return null;
	cookies.delete(NAME, attributes);
	try {
		return (await auth.getSessionUser(sessionId)).user;
	} catch (error) {
		if ((error as Error).message === "AUTH_INVALID_SESSION_ID") return null;
		throw error;
	}
}
