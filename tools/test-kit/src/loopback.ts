import {
	createServer,
	type IncomingHttpHeaders,
	type OutgoingHttpHeaders,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: string;
	/** The body, parsed as a form. */
	form: Record<string, string>;
}

export type Handler = (request: ReceivedRequest, response: ServerResponse) => unknown;

export interface Loopback {
	url: string;
	/** All requests, in the order of their arrival. */
	requests: ReceivedRequest[];
	/** Responds at a path from now on: with JSON, or by a handler. */
	on(path: string, response: Handler | object): void;
	/** Responds at a path with this status from now on: an object is sent as JSON, text as it is. */
	fail(path: string, status: number, body?: object | string, headers?: OutgoingHttpHeaders): void;
}

/** Starts an HTTP server on loopback for one test, which records its requests. */
export async function serve(responses: Record<string, Handler | object> = {}): Promise<Loopback> {
	const requests: ReceivedRequest[] = [];
	const server = createServer(async (incoming, response) => {
		const body = await text(incoming);
		const { pathname: path, searchParams: query } = new URL(incoming.url ?? "/", "http://localhost");
		const request: ReceivedRequest = {
			method: incoming.method ?? "",
			path,
			query,
			headers: incoming.headers,
			body,
			form: Object.fromEntries(new URLSearchParams(body)),
		};
		requests.push(request);
		const answer = responses[path];
		if (typeof answer === "function") await answer(request, response);
		else if (answer) sendJson(response, 200, answer);
		else sendJson(response, 404, { error: "not_found" });
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		on(path, response) {
			responses[path] = response;
		},
		fail(path, status, body = {}, headers = {}) {
			responses[path] = (_: ReceivedRequest, response: ServerResponse) =>
				typeof body === "string"
					? response.writeHead(status, headers).end(body)
					: sendJson(response, status, body, headers);
		},
	};
}

export function sendJson(
	response: ServerResponse,
	status: number,
	body: unknown,
	headers: OutgoingHttpHeaders = {},
): void {
	response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(body));
}
