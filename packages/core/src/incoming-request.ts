import type { Client } from "./definition.js";
import type { Step } from "./error.js";
import { failure } from "./failure.js";
import { readText, within } from "./limits.js";
import type { RequestLike } from "./provider.js";

/** Returns a header of the request, `""` where it has none. */
export function readHeader({ headers }: RequestLike, name: string): string {
	const value = isHeaders(headers) ? headers.get(name) : headers[name];
	return Array.isArray(value) ? value.join("; ") : ((value as string | null | undefined) ?? "");
}

function isHeaders(headers: RequestLike["headers"]): headers is { get(name: string): string | null } {
	return typeof headers.get === "function";
}

/**
 * Refuses a request that is no visit. A prefetch is none, nor is what a page loads from elsewhere, such as an image.
 *
 * @throws OAuthError `NOT_A_NAVIGATION`; `INVALID_CONFIG` where there is no request
 * @see https://www.w3.org/TR/fetch-metadata/
 */
export function checkVisit(client: Client, step: Step, request: RequestLike): void {
	if (!request?.headers)
		throw failure(client, "INVALID_CONFIG", {
			step,
			reason: "the first argument is not a request with headers",
		});
	const isVisit =
		!/prefetch/.test(readHeader(request, "sec-purpose") + readHeader(request, "purpose")) &&
		readHeader(request, "sec-fetch-mode") !== "no-cors" &&
		/^(document|empty|i?frame|fencedframe)?$/.test(readHeader(request, "sec-fetch-dest"));
	if (!isVisit) throw failure(client, "NOT_A_NAVIGATION", { step });
}

/** Returns the parameters in the query of the request's URL. */
export function readQuery({ url }: RequestLike): URLSearchParams {
	return new URLSearchParams(url?.replace(/^[^?]*|#.*/g, ""));
}

/**
 * Returns the fields of a form that was sent, whatever a body parser has made of it.
 *
 * @param timeout in milliseconds
 * @returns `undefined` when somebody else has read the body and left nothing
 */
export async function readForm(
	request: RequestLike & { bodyUsed?: boolean; req?: unknown; raw?: unknown },
	timeout: number | undefined,
): Promise<URLSearchParams | undefined> {
	// Node's own request is the stream, and Koa's and Fastify's have Node's in it.
	const stream = [request, request.req, request.raw].find((part) => Symbol.asyncIterator in Object(part));
	// Express 4 has an empty object where no parser has read anything.
	const isUnread = stream && !Object(stream).readableEnded && !Object.keys(Object(request.body)).length;
	const body = (isUnread ? undefined : request.body) ?? stream;
	if (request.bodyUsed || Object(body).readableEnded || Object(body).locked) return undefined;
	if (body instanceof Uint8Array) return new URLSearchParams(new TextDecoder().decode(body));
	if (typeof body === "string" || body instanceof URLSearchParams) return new URLSearchParams(body);
	if (body instanceof ReadableStream || Symbol.asyncIterator in Object(body))
		return new URLSearchParams(await within(timeout, () => readText(body as AsyncIterable<Uint8Array>)));
	// `Array.from` of a `FormData`, and of what has come more than once.
	const fields = Symbol.iterator in Object(body) ? [...(body as FormData)] : Object.entries(Object(body));
	const pairs = fields.flatMap(([name, value]) => [value].flat().map((one) => [name, `${one}`]));
	return new URLSearchParams(pairs);
}
