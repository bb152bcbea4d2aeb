/**
 * Redirects to another page, which the browser requests by GET. Next's own `redirect()` responds with 307 in a route
 * handler, and the browser would post Apple's form again.
 */
export function seeOther(location: string, headers = new Headers()): Response {
	headers.set("location", location);
	return new Response(null, { status: 303, headers });
}
