import { type IncomingMessage, request, type ServerResponse } from "node:http";

/** Forwards a request to a URL, and the response back, with these headers added. */
export function forward(
	incoming: IncomingMessage,
	url: string | URL,
	outgoing: ServerResponse,
	added: Record<string, number> = {},
): void {
	const { method, headers } = incoming;
	const forwarded = request(url, { method, headers, agent: false }, (response) => {
		outgoing.writeHead(response.statusCode ?? 504, { ...response.headers, ...added });
		response.pipe(outgoing);
	});
	forwarded.on("error", () => outgoing.writeHead(504).end("The server does not respond."));
	incoming.pipe(forwarded);
}
