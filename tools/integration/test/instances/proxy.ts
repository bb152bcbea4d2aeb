import { request } from "node:http";
import { onTestFinished } from "vitest";
import { listen } from "./listen.ts";

/** A round-robin proxy, for one test: each request goes to the next instance, whoever it is from. */
export async function serveProxy(): Promise<{ url: string; instances: string[] }> {
	const instances: string[] = [];
	let turn = 0;
	const { server, url } = await listen((incoming, outgoing) => {
		const instance = turn++ % instances.length;
		const { method, headers } = incoming;
		const address = new URL(incoming.url ?? "/", instances[instance]);
		const forwarded = request(address, { method, headers, agent: false }, (answer) => {
			outgoing.writeHead(answer.statusCode ?? 504, { ...answer.headers, instance });
			answer.pipe(outgoing);
		});
		forwarded.on("error", () => outgoing.writeHead(504).end("The instance does not answer."));
		incoming.pipe(forwarded);
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url, instances };
}
