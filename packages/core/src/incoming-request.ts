import type { Client } from "./definition.js";
import type { Step } from "./error.js";
import { failure } from "./failure.js";
import { readText, within } from "./limits.js";
import type { RequestLike } from "./provider.js";

/** Returns a header of the request; `""` where it is absent. */
export function readHeader({ headers }: RequestLike, name: string): string {
	const value = isHeaders(headers) ? headers.get(name) : headers[name];
	return Array.isArray(value) ? value.join("; ") : ((value as string | null | undefined) ?? "");
}

function isHeaders(headers: RequestLike["headers"]): headers is { get(name: string): string | null } {
	return typeof headers.get === "function";
}

/**
 * Refuses a request that is not a visit of the user: a prefetch, or one for an image, a script or the like.
 *
 * @throws OAuthError `NOT_A_NAVIGATION`; `INVALID_CONFIG` where the argument is not a request
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
 * Returns the fields of a form in the request's body, unread or as any body parser leaves them.
 *
 * @param timeout in milliseconds
 * @returns `undefined` where the body was read before and is lost
 */
export async function readForm(
	request: RequestLike & { bodyUsed?: boolean; req?: unknown; raw?: unknown },
	timeout: number | undefined,
): Promise<URLSearchParams | undefined> {
	// Node's own request is the stream; those of Koa and Fastify hold Node's.
	const stream = [request, request.req, request.raw].find((part) => Symbol.asyncIterator in Object(part));
	// In Express 4 the body is an empty object where no parser has read it.
	const isUnread = stream && !Object(stream).readableEnded && !Object.keys(Object(request.body)).length;
	const body = (isUnread ? undefined : request.body) ?? stream;
	if (request.bodyUsed || Object(body).readableEnded || Object(body).locked) return undefined;
	if (body instanceof Uint8Array) return new URLSearchParams(new TextDecoder().decode(body));
	if (typeof body === "string" || body instanceof URLSearchParams) return new URLSearchParams(body);
	if (body instanceof ReadableStream || Symbol.asyncIterator in Object(body))
		return new URLSearchParams(await within(timeout, () => readText(body as AsyncIterable<Uint8Array>)));
	// A `FormData` is iterable; in an object, a field that was sent more than once is a list.
	const fields = Symbol.iterator in Object(body) ? [...(body as FormData)] : Object.entries(Object(body));
	const pairs = fields.flatMap(([name, value]) => [value].flat().map((one) => [name, `${one}`]));
	return new URLSearchParams(pairs);
}
