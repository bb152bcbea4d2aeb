import type { IncomingHttpHeaders } from "node:http";

/** Returns the parameters in the body of a request, which is a form or JSON. */
export function paramsOf(
	request: { headers: IncomingHttpHeaders; body: string } | undefined,
): Record<string, string> {
	const { headers, body } = request ?? { headers: {}, body: "" };
	if (!headers["content-type"]?.startsWith("application/json"))
		return Object.fromEntries(new URLSearchParams(body));
	try {
		return Object(JSON.parse(body));
	} catch {
		return {};
	}
}
