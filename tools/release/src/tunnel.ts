import { once } from "node:events";
import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { pipeline } from "node:stream";
import { createServer as createTlsServer } from "node:tls";
import { generate } from "selfsigned";
import { onTestFinished } from "vitest";

export interface Tunnel {
	/** The URL of the proxy. */
	url: string;
	/** The certificate of the hosts. */
	certificate: string;
}

/** Starts an https proxy, for one test, that connects these hosts to a server on loopback, and refuses all others. */
export async function tunnel(hosts: string[], target: string): Promise<Tunnel> {
	const { cert, private: key } = await generate([{ name: "commonName", value: "loopback" }], {
		extensions: [{ name: "subjectAltName", altNames: hosts.map((value) => ({ type: 2, value })) }],
	});
	const { hostname, port } = new URL(target);
	const secure = createTlsServer({ cert, key }, (socket) => {
		pipeline(socket, connect(Number(port), hostname), socket, () => {});
	});
	const proxy = createServer();
	proxy.on("connect", ({ url }, socket) => {
		if (!hosts.some((host) => url === `${host}:443`)) {
			socket.end("HTTP/1.1 403 Forbidden\r\n\r\n");
			return;
		}
		socket.write("HTTP/1.1 200 Connection established\r\n\r\n");
		secure.emit("connection", socket);
	});
	proxy.listen(0, "127.0.0.1");
	await once(proxy, "listening");
	onTestFinished(() => {
		proxy.close();
		proxy.closeAllConnections();
	});
	return { url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`, certificate: cert };
}
