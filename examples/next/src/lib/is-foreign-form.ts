import type { NextRequest } from "next/server";
import { ORIGIN } from "./origin.ts";

const APPLE_CALLBACK = "/login/apple/callback";
const APPLE_ORIGIN = new URL(process.env.APPLE_ISSUER || "https://appleid.apple.com").origin;

/** Whether a request comes from a form of another site. Next checks that for server actions only. */
export function isForeignForm({ method, headers, nextUrl }: NextRequest): boolean {
	if (method === "GET" || method === "HEAD") return false;
	// Apple's response is a form that its site posts.
	return headers.get("origin") !== (nextUrl.pathname === APPLE_CALLBACK ? APPLE_ORIGIN : ORIGIN);
}
