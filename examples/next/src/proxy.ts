import { type NextRequest, NextResponse } from "next/server";
import { auth } from "#lib/auth.ts";
import { contentSecurityPolicy } from "#lib/content-security-policy.ts";
import { isForeignForm } from "#lib/is-foreign-form.ts";
import { problemAt } from "#lib/problems.ts";

/** Before every page and every route. */
export async function proxy(request: NextRequest): Promise<Response> {
	if (isForeignForm(request))
		return new Response("Cross-site form submissions are forbidden", { status: 403 });

	const policy = contentSecurityPolicy();
	const headers = new Headers(request.headers);
	// From here Next takes the nonce.
	headers.set("content-security-policy", policy);
	// A page can't set its status.
	const [, code] = /^\/problem\/([^/]+)$/.exec(request.nextUrl.pathname) ?? [];
	const status = code ? problemAt(code).status : undefined;
	const response = NextResponse.next({ request: { headers }, status });

	response.headers.set("content-security-policy", policy);
	// What there is to see depends on who is signed in.
	response.headers.set("cache-control", "no-store");
	response.headers.set("x-content-type-options", "nosniff");
	// Not `no-referrer`: with it browsers hide a form's origin too, which is checked above.
	response.headers.set("referrer-policy", "same-origin");

	// Renews a session that has been idle, which pages can't: they don't set cookies.
	await auth.handleRequest(request, response.headers).validate();
	return response;
}

/** All but the files that are the same for everybody. */
export const config = { matcher: "/((?!_next/static/|icon\\.svg$).*)" };
