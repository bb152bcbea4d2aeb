import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server } from "node:net";

/** Listens on loopback: at that port or the next one that is free; without one, at any. */
export async function listen(server: Server, firstPort = 0): Promise<number> {
	for (let port = firstPort; ; port++) {
		try {
			if (port && (await answersOnIpv6(port))) continue;
			server.listen(port, "127.0.0.1");
			await once(server, "listening");
			return (server.address() as AddressInfo).port;
		} catch (error) {
			if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
		}
	}
}

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

/** A browser takes `localhost` for `::1` first, so whoever listens there would be in front of us. */
async function answersOnIpv6(port: number): Promise<boolean> {
	const socket = connect(port, "::1");
	try {
		await once(socket, "connect");
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
