import { once } from "node:events";
import { createServer, request as httpRequest, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/** A request that a site has received. */
export interface Received {
	method: string;
	url: URL;
	headers: IncomingMessage["headers"];
	body: string;
}

export interface SiteResponse {
	status?: number;
	headers?: Record<string, string>;
	/** JSON, unless it is text. */
	body?: unknown;
}

/** A small internet: names lead to servers on loopback, by real HTTP. */
export class Internet {
	readonly #ports = new Map<string, number>();
	readonly #servers: Server[] = [];
	readonly #realFetch = globalThis.fetch;
	/** All requests to our sites, in order. */
	readonly requests: Received[] = [];

	/** Sends requests to loopback and nowhere else. */
	readonly fetch: typeof fetch = async (input, init) => {
		const { url, method, headers, redirect, signal, body } = new Request(input, init);
		return this.#realFetch(this.#loopbackUrl(url), {
			method,
			headers: { ...Object.fromEntries(headers), ...forwarded(url) },
			redirect,
			signal,
			...(body && { body: await new Response(body).text() }),
		});
	};

	/** Sends a request as a browser does, with the headers that `fetch` forbids. */
	async browse(
		url: string,
		{
			method = "GET",
			headers = {},
			body = "",
		}: { method?: string; headers?: Record<string, string>; body?: string },
	): Promise<{ status: number; cookies: string[]; body: string }> {
		const outgoing = httpRequest(this.#loopbackUrl(url), {
			method,
			headers: { ...headers, ...forwarded(url) },
		});
		outgoing.end(body);
		const [incoming] = (await once(outgoing, "response")) as [IncomingMessage];
		return {
			status: incoming.statusCode ?? 0,
			cookies: incoming.headers["set-cookie"] ?? [],
			body: await text(incoming),
		};
	}

	#loopbackUrl(url: string): string {
		const { hostname, pathname, search } = new URL(url);
		const site = [...this.#ports.keys()].find((name) => hostname === name || hostname.endsWith(`.${name}`));
		if (!site) throw new TypeError(`no such host: ${hostname}`);
		return `http://127.0.0.1:${this.#ports.get(site)}${pathname}${search}`;
	}

	/** Connects a name, and all names under it, to a port. */
	connect(name: string, port: number): void {
		this.#ports.set(name, port);
	}

	/** Starts a site of ours, and returns its URL on loopback. */
	async site(
		name: string,
		respond: (request: Received) => SiteResponse | Promise<SiteResponse>,
	): Promise<string> {
		const server = createServer(async (incoming, outgoing) => {
			const host = incoming.headers["x-forwarded-host"] ?? "localhost";
			const received = {
				method: incoming.method ?? "",
				url: new URL(incoming.url ?? "/", `https://${host}`),
				headers: incoming.headers,
				body: await text(incoming),
			};
			this.requests.push(received);
			const { status = 200, headers, body = {} } = await respond(received);
			outgoing.writeHead(status, { "content-type": "application/json", ...headers });
			outgoing.end(typeof body === "string" ? body : JSON.stringify(body));
		}).listen(0, "127.0.0.1");
		await once(server, "listening");
		this.#servers.push(server);
		const { port } = server.address() as AddressInfo;
		this.connect(name, port);
		return `http://127.0.0.1:${port}`;
	}

	close(): void {
		for (const server of this.#servers) server.close().closeAllConnections();
	}
}

/** Returns the headers of a proxy that ends TLS. */
function forwarded(url: string): Record<string, string> {
	return { "x-forwarded-host": new URL(url).hostname, "x-forwarded-proto": "https" };
}
