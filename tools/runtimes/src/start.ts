import { spawn } from "node:child_process";
import { once } from "node:events";

export interface App {
	url: string;
	/** Stops the app, and returns its output. */
	stop(): Promise<string>;
}

/** Starts an app, and waits until it prints the port on which it listens. */
export async function start([file = "", ...args]: string[], cwd: string): Promise<App> {
	const child = spawn(file, args, { cwd, env: { HOME: cwd }, stdio: ["ignore", "pipe", "pipe"] });
	let log = "";
	const closed = once(child, "close");
	const port = new Promise<string>((resolve, reject) => {
		const read = (chunk: string) => {
			log += chunk;
			// workerd prints it as JSON.
			const [, port] = /(?:http:\/\/127\.0\.0\.1:|"port":)(\d+)\D/.exec(log) ?? [];
			if (port) resolve(port);
		};
		for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
		closed.then(() => reject(new Error(`${file} ended:\n${log}`)), reject);
	});
	return {
		url: `http://127.0.0.1:${await port}`,
		async stop() {
			child.kill("SIGKILL");
			await closed;
			return log;
		},
	};
}
