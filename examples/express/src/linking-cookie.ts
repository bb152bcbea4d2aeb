import { parseCookie } from "cookie";
import type { CookieOptions, Request, Response } from "express";
import { isHttps } from "./env.ts";

const NAME = isHttps ? "__Host-link" : "link";
const attributes: CookieOptions = { path: "/", httpOnly: true, secure: true, sameSite: "none" };

/**
 * Keeps the token of the session that starts to link an Apple account. Apple responds with a POST from its own site, and
 * the browser doesn't send the session's cookie with that. It sends this one, which has no other use.
 */
export function setLinkingCookie(response: Response, token: string): void {
	response.cookie(NAME, token, { ...attributes, maxAge: 10 * 60 * 1000 });
}

export function readLinkingCookie(request: Request): string | undefined {
	return parseCookie(request.headers.cookie ?? "")[NAME];
}

export function clearLinkingCookie(response: Response): void {
	response.clearCookie(NAME, attributes);
}
