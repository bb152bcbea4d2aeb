import {
	createServer,
	type IncomingHttpHeaders,
	type OutgoingHttpHeaders,
	type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface ReceivedRequest {
	method: string;
	path: string;
	query: URLSearchParams;
	headers: IncomingHttpHeaders;
	body: string;
	/** The body, read as a form. */
	form: Record<string, string>;
}

export type Answer = (request: ReceivedRequest, response: ServerResponse) => unknown;

export interface Loopback {
	url: string;
	/** All requests, in order. */
	requests: ReceivedRequest[];
	/** Responds at a path from now on: with JSON, or as a function does. */
	on(path: string, answer: Answer | object): void;
	/** Responds at a path with this status from now on: an object is JSON, text is text. */
	fail(path: string, status: number, body?: object | string, headers?: OutgoingHttpHeaders): void;
}

/** A server on loopback for one test: real HTTP, and a record of the requests. */
export async function serve(answers: Record<string, Answer | object> = {}): Promise<Loopback> {
	const requests: ReceivedRequest[] = [];
	const server = createServer(async (incoming, response) => {
		const chunks: Buffer[] = [];
		for await (const chunk of incoming) chunks.push(chunk);
		const body = Buffer.concat(chunks).toString();
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
		const answer = answers[path] ?? { error: "not_found" };
		if (typeof answer === "function") await answer(request, response);
		else sendJson(response, answers[path] ? 200 : 404, answer);
	});
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
		requests,
		on(path, answer) {
			answers[path] = answer;
		},
		fail(path, status, body = {}, headers = {}) {
			answers[path] = (_: ReceivedRequest, response: ServerResponse) =>
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
