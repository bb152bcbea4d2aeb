import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** Starts a server on loopback. */
export async function listen(handle: RequestListener): Promise<{ server: Server; url: string }> {
	// A server that closes an idle connection just as a request arrives would be a fault that no test asked for.
	const server = createServer({ keepAliveTimeout: 0 }, handle);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** Starts a server in a child process of a test. Sends its URL to the test, and exits with it. */
export async function listenForTest(handle: RequestListener): Promise<Server> {
	const { server, url } = await listen(handle);
	process.on("disconnect", () => process.exit());
	process.send?.(url);
	return server;
}
