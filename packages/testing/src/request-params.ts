import type { IncomingHttpHeaders } from "node:http";

/** Returns the parameters in the body of a request, which is a form or JSON. */
export function paramsOf(
	request: { headers: IncomingHttpHeaders; body: string } | undefined,
): Record<string, string> {
	const { headers, body } = request ?? { headers: {}, body: "" };
	return headers["content-type"]?.startsWith("application/json")
		? Object(JSON.parse(body))
		: Object.fromEntries(new URLSearchParams(body));
}
