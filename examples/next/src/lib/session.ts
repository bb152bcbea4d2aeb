import { SESSION_COOKIE_NAME } from "lucia-auth";
import { cookies } from "next/headers";
import { auth } from "./auth.ts";

/** Returns the session and its user. It is only read here: pages can't set cookies, so `proxy.ts` renews it. */
export async function getSession() {
	return findSession((await cookies()).get(SESSION_COOKIE_NAME)?.value);
}

/** Returns the session with that id and its user, if it is still valid. */
export async function findSession(sessionId?: string) {
	if (!sessionId) return null;
	try {
		return await auth.getSessionUser(sessionId);
	} catch (error) {
		if ((error as Error).message === "AUTH_INVALID_SESSION_ID") return null;
		throw error;
	}
}
