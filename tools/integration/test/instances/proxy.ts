import { onTestFinished } from "vitest";
import { forward } from "./forward.ts";
import { listen } from "./listen.ts";

/** Starts a round-robin proxy, for one test: each request goes to the next instance. */
export async function serveProxy(): Promise<{ url: string; instances: string[] }> {
	const instances: string[] = [];
	let turn = 0;
	const { server, url } = await listen((incoming, outgoing) => {
		const instance = turn++ % instances.length;
		forward(incoming, new URL(incoming.url ?? "/", instances[instance]), outgoing, { instance });
	});
	onTestFinished(() => {
		server.closeAllConnections();
		server.close();
	});
	return { url, instances };
}
