import type { Handle, HandleServerError } from "@sveltejs/kit/hooks";
import { auth } from "#lib/server/auth.ts";
import { problems } from "#lib/server/problems.ts";

export const handle: Handle = async ({ event, resolve }) => {
	const { request, url } = event;
	// SvelteKit accepts Apple's forms everywhere. They belong at one URL only.
	if (
		request.headers.get("origin") === "https://appleid.apple.com" &&
		url.pathname !== "/login/apple/callback"
	)
		return new Response("Cross-site form submissions are forbidden", { status: 403 });

	event.locals.auth = auth.handleRequest(event);
	event.locals.user = (await event.locals.auth.validateUser()).user;

	const response = await resolve(event);
	// The content depends on the user who is signed in.
	response.headers.set("cache-control", "no-store");
	response.headers.set("x-content-type-options", "nosniff");
	// Not `no-referrer`, with which browsers also hide a form's origin: SvelteKit checks it.
	response.headers.set("referrer-policy", "same-origin");
	return response;
};

export const handleError: HandleServerError = ({ kind, error }) => {
	if (kind === "app") return { advice: error.advice };
	if (kind === "framework") return { ...problems.NOT_FOUND, status: error.status };
	console.error(error);
	return problems.UNEXPECTED;
};
