import type { Session } from "lucia-auth";
import { cookies } from "next/headers";
import { isSecure } from "./origin.ts";
import { findSession } from "./session.ts";

const NAME = isSecure ? "__Host-link" : "link";
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=None; Secure";

/**
 * Keeps the session that starts to link an Apple account. Apple responds with a POST from its own site, and the browser
 * doesn't send the session's cookie with that. It sends this one, which has no other use.
 */
export function linkingCookie({ sessionId }: Session): string {
	return `${NAME}=${sessionId}; Max-Age=600; ${ATTRIBUTES}`;
}

export const noLinkingCookie = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** Returns that session and its user, if it is still valid. */
export async function getLinkingSession() {
	return findSession((await cookies()).get(NAME)?.value);
}
