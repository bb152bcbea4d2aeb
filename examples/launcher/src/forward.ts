import { type IncomingMessage, request, type ServerResponse } from "node:http";

/** Asks the server at that port of this machine, and passes its answer on; `end` may write another body. */
export function forward(
	port: number,
	incoming: IncomingMessage,
	outgoing: ServerResponse,
	end: (answer: IncomingMessage) => unknown = (answer) => answer.pipe(outgoing),
): void {
	const { method, url: path, headers } = incoming;
	const forwarded = request({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
		for (const [name, values] of Object.entries(answer.headersDistinct))
			outgoing.setHeader(name, values ?? []);
		outgoing.removeHeader("transfer-encoding");
		outgoing.statusCode = answer.statusCode ?? 502;
		end(answer);
	});
	forwarded.on("error", () => outgoing.headersSent || outgoing.writeHead(502).end());
	incoming.pipe(forwarded);
}
