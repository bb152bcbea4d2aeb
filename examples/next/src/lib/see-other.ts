/**
 * Leads to another page, which the browser gets by GET. Next's own `redirect()` answers 307 in a route handler, with
 * which a browser would post Apple's form once more.
 */
export function seeOther(location: string, headers = new Headers()): Response {
	headers.set("location", location);
	return new Response(null, { status: 303, headers });
}
