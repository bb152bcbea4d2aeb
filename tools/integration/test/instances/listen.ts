import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server on loopback, and its address. */
export async function listen(answer: RequestListener): Promise<{ server: Server; url: string }> {
	// A connection that is closed for its idleness just as a request comes would be a fault that no test asked for.
	const server = createServer({ keepAliveTimeout: 0 }, answer);
	await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
	return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

/** The same in a process of a test: tells the test where, and ends with it, however that ends. */
export async function listenForTest(answer: RequestListener): Promise<Server> {
	const { server, url } = await listen(answer);
	process.on("disconnect", () => process.exit());
	process.send?.(url);
	return server;
}
