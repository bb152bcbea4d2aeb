import type { Session } from "lucia-auth";
import { cookies } from "next/headers";
import { isSecure } from "./origin.ts";
import { findSession } from "./session.ts";

const NAME = isSecure ? "__Host-link" : "link";
const ATTRIBUTES = "Path=/; HttpOnly; SameSite=None; Secure";

/**
 * Keeps the session that begins to link an Apple account. Apple answers by a POST from its own site, and the session's
 * cookie doesn't come along with that. This one does, and is for nothing else.
 */
export function linkingCookie({ sessionId }: Session): string {
	return `${NAME}=${sessionId}; Max-Age=600; ${ATTRIBUTES}`;
}

export const noLinkingCookie = `${NAME}=; Max-Age=0; ${ATTRIBUTES}`;

/** Returns that session and its user, if it still is one. */
export async function getLinkingSession() {
	return findSession((await cookies()).get(NAME)?.value);
}
