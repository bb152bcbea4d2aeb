import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";

/** Listens on loopback and returns the port: the first free one from `firstPort` on, or by default any free port. */
export async function listen(server: Server, firstPort = 0): Promise<number> {
	for (let port = firstPort; ; port++) {
		try {
			// Browsers try `::1` first for `localhost`, so a server there would receive our requests.
			if (port && (await isTaken(port, "::1"))) continue;
			server.listen(port, "127.0.0.1");
			await once(server, "listening");
			return (server.address() as AddressInfo).port;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
		}
	}
}

/** Returns a port that is free now. Another process may take it before the caller does. */
export async function findFreePort(): Promise<number> {
	const server = createServer();
	const port = await listen(server);
	await close(server);
	return port;
}

export async function close(server: Server & { closeAllConnections?(): void }): Promise<void> {
	const closed = once(server, "close");
	server.close();
	server.closeAllConnections?.();
	await closed;
}

/** Tells whether a server listens on a port of a host. */
export async function isTaken(port: number, host = "127.0.0.1"): Promise<boolean> {
	const socket = connect(port, host);
	try {
		await once(socket, "connect");
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
