import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

const TOKEN = { access_token: "a-token-that-nobody-gets", token_type: "Bearer" };
const huge = gzipSync(JSON.stringify({ ...TOKEN, x: "x".repeat(10 * 2 ** 20) }));

function redirect(status: number) {
	return (response: ServerResponse, origin: string) =>
		response.writeHead(status, { location: `${origin}/github/elsewhere` }).end();
}

/** What an endpoint may do in place of an answer, by name. */
export const faults: Record<string, (response: ServerResponse, origin: string) => unknown> = {
	"answers 401": (response) => response.writeHead(401).end(JSON.stringify({ error: "invalid_token" })),
	"answers 503": (response) => response.writeHead(503).end(),
	"answers 500": (response) => response.writeHead(500).end(JSON.stringify(TOKEN)),
	"redirects with 302": redirect(302),
	"redirects with 307": redirect(307),
	"answers with HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>"),
	"answers without an end": (response) => {
		response.writeHead(200).write(JSON.stringify(TOKEN));
		const more = () => {
			if (!response.closed) response.write(" ".repeat(2 ** 16), () => setImmediate(more));
		};
		more();
	},
	"answers with 10 MiB in a few bytes": (response) =>
		response.writeHead(200, { "content-encoding": "gzip" }).end(huge),
	"resets the connection": (response) => response.socket?.resetAndDestroy(),
	"resets the connection amid its answer": (response) =>
		response.writeHead(200).write(JSON.stringify(TOKEN), () => response.socket?.resetAndDestroy()),
	hangs: () => {},
	"hangs amid its answer": (response) => response.writeHead(200).write(JSON.stringify(TOKEN)),
};
