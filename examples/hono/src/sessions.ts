import { env } from "cloudflare:workers";
import { generateRandomValue } from "@oauth/core";
import type { Context } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import { statement, transaction } from "./database.ts";
import { toUser, type User, type UserRow } from "./users.ts";

/** A session that is valid. */
export interface Session {
	token: string;
	user: User;
}

/** The lifetime of a session, in seconds. */
const LIFETIME = 30 * 24 * 60 * 60;

/** Over https the cookies' names begin with `__Host-`, so that no other host of the domain can set them. */
export const prefix = env.ORIGIN.startsWith("https:") ? "host" : undefined;

/** Signs a user in: the browser gets a random token, and the database its hash. */
export async function startSession(c: Context, userId: string): Promise<void> {
	const token = generateRandomValue();
	const now = Date.now();
	await transaction(
		statement("DELETE FROM sessions WHERE expires_at <= ?", now),
		statement("INSERT INTO sessions VALUES (?, ?, ?)", await hash(token), userId, now + LIFETIME * 1000),
	);
	setCookie(c, "session", token, { prefix, httpOnly: true, sameSite: "Lax", maxAge: LIFETIME });
}

/** Returns the token by which the browser is signed in. */
export function sessionToken(c: Context): string | undefined {
	return getCookie(c, "session", prefix);
}

/** Returns the session of a token, if it is still valid. */
export async function findSession(token: string | undefined): Promise<Session | null> {
	if (!token) return null;
	const row = await statement(
		"SELECT users.* FROM users JOIN sessions ON user_id = id WHERE token_hash = ? AND expires_at > ?",
		await hash(token),
		Date.now(),
	).first<UserRow>();
	return row && { token, user: toUser(row) };
}

export async function endSession(c: Context): Promise<void> {
	const token = deleteCookie(c, "session", { prefix });
	if (token) await statement("DELETE FROM sessions WHERE token_hash = ?", await hash(token)).run();
}

function hash(token: string): Promise<ArrayBuffer> {
	return crypto.subtle.digest("SHA-256", new TextEncoder().encode(token));
}
