import type { RequestHandler } from "express";
import { readSessionCookie } from "./session-cookie.ts";
import { getSession, type Session } from "./sessions.ts";

declare global {
	namespace Express {
		interface Locals {
			/** The session of the user who is signed in. */
			session: Session | null;
		}
	}
}

export const readSession: RequestHandler = async (request, response, next) => {
	// The content depends on the user who is signed in.
	response.set("cache-control", "no-store");
	response.locals.session = await getSession(readSessionCookie(request));
	next();
};
