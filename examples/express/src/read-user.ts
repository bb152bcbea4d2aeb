import type { RequestHandler } from "express";
import type { User } from "./schema.ts";
import { readSessionCookie } from "./session-cookie.ts";
import { getSessionUser } from "./sessions.ts";

declare global {
	namespace Express {
		interface Locals {
			/** Who is signed in. */
			user: User | null;
		}
	}
}

export const readUser: RequestHandler = async (request, response, next) => {
	// What there is to see depends on who is signed in.
	response.set("cache-control", "no-store");
	response.locals.user = await getSessionUser(readSessionCookie(request));
	next();
};
