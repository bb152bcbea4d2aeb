import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

/** A server in a folder of its own, which keeps its data when the server is ended and started again. */
export interface Server {
	url: string;
	/** Ends the server without a goodbye, as in a crash. */
	kill(): Promise<void>;
	/** Starts the server again, on the same port and folder. */
	start(): Promise<void>;
	/** Kills the server and starts it again. */
	restart(): Promise<void>;
	/** Ends the server and removes its folder. */
	stop(): Promise<void>;
}

/** How to run a server. */
export interface ServerProcess {
	url: string;
	command: [file: string, ...args: string[]];
	options?: SpawnOptions;
	/** The words of its log that say that it takes connections. */
	ready: RegExp;
	/** The signal that ends it, and all processes of its own, at once. */
	signal: NodeJS.Signals;
	removeFolder(): void;
}

/** Starts a server and waits until it takes connections. */
export async function startServer({
	url,
	command: [file, ...args],
	options,
	ready,
	signal,
	removeFolder,
}: ServerProcess): Promise<Server> {
	let child: ChildProcess | undefined;
	const server: Server = {
		url,
		async kill() {
			if (!child || child.exitCode !== null || child.signalCode !== null) return;
			const closed = once(child, "close");
			child.kill(signal);
			await closed;
		},
		async start() {
			const started = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
			child = started;
			await untilReady(started, ready);
		},
		async restart() {
			await server.kill();
			await server.start();
		},
		async stop() {
			await server.kill();
			process.off("exit", killNow);
			removeFolder();
		},
	};
	const killNow = () => {
		child?.kill(signal);
		removeFolder();
	};
	// A run of tests that is interrupted leaves no server behind.
	process.on("exit", killNow);
	try {
		await server.start();
	} catch (error) {
		await server.stop();
		throw error;
	}
	return server;
}

function untilReady(child: ChildProcess, ready: RegExp): Promise<void> {
	let log = "";
	return new Promise((resolve, reject) => {
		for (const stream of [child.stdout, child.stderr])
			stream?.setEncoding("utf8").on("data", (chunk: string) => {
				log += chunk;
				if (ready.test(log)) resolve();
			});
		child.on("error", reject);
		child.on("close", () => reject(new Error(`${child.spawnfile} ended:\n${log}`)));
	});
}

/** Returns a port of 127.0.0.1 that nothing listens on. */
export async function freePort(): Promise<number> {
	const server = createServer().listen(0, "127.0.0.1");
	await once(server, "listening");
	const address = server.address();
	server.close();
	await once(server, "close");
	if (!address || typeof address === "string") throw new Error("there is no free port");
	return address.port;
}
