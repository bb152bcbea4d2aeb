import { SESSION_COOKIE_NAME } from "lucia-auth";
import { cookies } from "next/headers";
import { auth } from "./auth.ts";

/** Who is signed in, and by which session. It is only read here: pages can't set cookies, so `proxy.ts` renews it. */
export async function getSession() {
	return findSession((await cookies()).get(SESSION_COOKIE_NAME)?.value);
}

/** The session with that id and its user, if it still is one. */
export async function findSession(sessionId?: string) {
	if (!sessionId) return null;
	try {
		return await auth.getSessionUser(sessionId);
	} catch (error) {
		if ((error as Error).message === "AUTH_INVALID_SESSION_ID") return null;
		throw error;
	}
}
