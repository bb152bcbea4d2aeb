import { createHash, randomBytes } from "node:crypto";
import { and, eq, gt, lt } from "drizzle-orm";
import { database } from "./database.ts";
import { sessions, type User, users } from "./schema.ts";

/** A session that is valid. */
export interface Session {
	token: string;
	user: User;
}

/** The lifetime of a session, in seconds. */
export const LIFETIME = 30 * 24 * 60 * 60;

const hash = (token: string) => createHash("sha256").update(token).digest("hex");

/** Creates a session and returns its token, which only the browser keeps. */
export async function createSession(userId: string): Promise<string> {
	const token = randomBytes(32).toString("base64url");
	const now = Date.now();
	await database.delete(sessions).where(lt(sessions.expiresAt, new Date(now)));
	await database
		.insert(sessions)
		.values({ tokenHash: hash(token), userId, expiresAt: new Date(now + LIFETIME * 1000) });
	return token;
}

/** Returns the session of a token, if it is still valid. */
export async function getSession(token: string | undefined): Promise<Session | null> {
	if (!token) return null;
	const [found] = await database
		.select({ user: users })
		.from(sessions)
		.innerJoin(users, eq(users.id, sessions.userId))
		.where(and(eq(sessions.tokenHash, hash(token)), gt(sessions.expiresAt, new Date())));
	return found ? { token, user: found.user } : null;
}

export async function deleteSession(token: string): Promise<void> {
	await database.delete(sessions).where(eq(sessions.tokenHash, hash(token)));
}
