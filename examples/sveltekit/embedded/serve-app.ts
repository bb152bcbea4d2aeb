import type { RequestListener, Server } from "node:http";

/** Lets the built app answer. The environment must be complete: the app reads it here. */
export async function serveApp(server: Server, origin: string): Promise<void> {
	const { protocol, host } = new URL(origin);
	// adapter-node reads the origin from headers. They are set here, so no client has a say in it.
	process.env.PROTOCOL_HEADER = "x-forwarded-proto";
	process.env.HOST_HEADER = "x-forwarded-host";
	const handler = await loadHandler();
	server.on("request", (request, response) => {
		request.headers["x-forwarded-proto"] = protocol.slice(0, -1);
		request.headers["x-forwarded-host"] = host;
		handler(request, response);
	});
}

async function loadHandler(): Promise<RequestListener> {
	const { href } = new URL("../build/handler.js", import.meta.url);
	return (await import(/* @vite-ignore */ href)).handler;
}
