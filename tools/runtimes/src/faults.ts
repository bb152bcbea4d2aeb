import type { ServerResponse } from "node:http";
import { gzipSync } from "node:zlib";

/** Responds in place of the provider that listens on this origin. */
export type Fault = (response: ServerResponse, origin: string) => unknown;

const TOKEN = { access_token: "a-token-that-is-never-used", token_type: "Bearer" };
const huge = gzipSync(JSON.stringify({ ...TOKEN, x: "x".repeat(10 * 2 ** 20) }));

const redirect =
	(status: number): Fault =>
	(response, origin) => {
		const location = `${origin}/github/${encodeURIComponent("https://github.com/elsewhere")}`;
		response.writeHead(status, { location }).end();
	};

export const faults: Record<string, Fault> = {
	"responds with 401": (response) => response.writeHead(401).end(JSON.stringify({ error: "invalid_token" })),
	"responds with 503": (response) => response.writeHead(503).end(),
	"responds with 500": (response) => response.writeHead(500).end(JSON.stringify(TOKEN)),
	"redirects with 302": redirect(302),
	"redirects with 307": redirect(307),
	"responds with HTML": (response) => response.writeHead(200, { "content-type": "text/html" }).end("<h1>"),
	"sends an endless body": (response) => {
		response.writeHead(200).write(JSON.stringify(TOKEN));
		const more = () => {
			if (!response.closed) response.write(" ".repeat(2 ** 16), () => setImmediate(more));
		};
		more();
	},
	"sends 10 MiB, compressed": (response) => response.writeHead(200, { "content-encoding": "gzip" }).end(huge),
	"resets the connection": (response) => response.socket?.resetAndDestroy(),
	"resets the connection in the middle of the body": (response) =>
		response.writeHead(200).write(JSON.stringify(TOKEN), () => response.socket?.resetAndDestroy()),
	hangs: () => {},
	"hangs in the middle of the body": (response) => response.writeHead(200).write(JSON.stringify(TOKEN)),
};
