import { type NextRequest, NextResponse } from "next/server";
import { auth } from "#lib/auth.ts";
import { contentSecurityPolicy } from "#lib/content-security-policy.ts";
import { isForeignForm } from "#lib/is-foreign-form.ts";
import { problemAt } from "#lib/problems.ts";

/** Runs before every page and every route. */
export async function proxy(request: NextRequest): Promise<Response> {
	if (isForeignForm(request))
		return new Response("Cross-site form submissions are forbidden", { status: 403 });

	const policy = contentSecurityPolicy();
	const headers = new Headers(request.headers);
	// Next takes the nonce from this header.
	headers.set("content-security-policy", policy);
	// A page can't set its status.
	const [, code] = /^\/problem\/([^/]+)$/.exec(request.nextUrl.pathname) ?? [];
	const status = code ? problemAt(code).status : undefined;
	const response = NextResponse.next({ request: { headers }, status });

	response.headers.set("content-security-policy", policy);
	// The content depends on the user who is signed in.
	response.headers.set("cache-control", "no-store");
	response.headers.set("x-content-type-options", "nosniff");
	// Not `no-referrer`, with which browsers also hide a form's origin: it is checked above.
	response.headers.set("referrer-policy", "same-origin");

	// Renews an idle session. Pages can't, because they can't set cookies.
	await auth.handleRequest(request, response.headers).validate();
	return response;
}

/** Everything but the static files. */
export const config = { matcher: "/((?!_next/static/|icon\\.svg$).*)" };
