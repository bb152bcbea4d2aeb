import { type IncomingMessage, request, type ServerResponse } from "node:http";

/** Forwards a request to a port of this machine, and the response back; `end` may write another body. */
export function forward(
	port: number,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	end: (response: IncomingMessage) => unknown = (response) => response.pipe(outgoing),
): void {
	const { method, url: path, headers } = incoming;
	const forwarded = request({ host: "127.0.0.1", port, method, path, headers }, (response) => {
		for (const [name, values] of Object.entries(response.headersDistinct))
			outgoing.setHeader(name, values ?? []);
		outgoing.removeHeader("transfer-encoding");
		outgoing.statusCode = response.statusCode ?? 502;
		end(response);
	});
	forwarded.on("error", () => outgoing.headersSent || outgoing.writeHead(502).end());
	incoming.pipe(forwarded);
}
