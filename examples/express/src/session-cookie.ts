import { parseCookie } from "cookie";
import type { CookieOptions, Request, Response } from "express";
import { isHttps } from "./env.ts";
import { LIFETIME } from "./sessions.ts";

const NAME = isHttps ? "__Host-session" : "session";
const attributes: CookieOptions = { path: "/", httpOnly: true, secure: isHttps, sameSite: "lax" };

export function readSessionCookie(request: Request): string | undefined {
	return parseCookie(request.headers.cookie ?? "")[NAME];
}

export function setSessionCookie(response: Response, token: string): void {
	response.cookie(NAME, token, { ...attributes, maxAge: LIFETIME * 1000 });
}

export function clearSessionCookie(response: Response): void {
	response.clearCookie(NAME, attributes);
}
