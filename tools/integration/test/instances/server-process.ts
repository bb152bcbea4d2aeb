import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { onTestFinished } from "vitest";

export interface ServerProcess {
	url: string;
	/** Returns all that the process has printed. */
	output(): string;
	hasEnded(): boolean;
}

/** Runs a file of this folder in a process, for one test, and waits until it sends the URL on which it listens. */
export async function startProcess(file: string, env: Record<string, string>): Promise<ServerProcess> {
	const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
		env,
		// V8 compiles nothing: its compiled code would count as memory that a sign-in leaves behind.
		execArgv: ["--expose-gc", "--no-opt", "--no-maglev", "--no-sparkplug"],
		stdio: ["ignore", "pipe", "pipe", "ipc"],
	});
	let output = "";
	for (const stream of [child.stdout, child.stderr])
		stream?.setEncoding("utf8").on("data", (text: string) => {
			output += text;
		});
	const ended = once(child, "close");
	onTestFinished(async () => {
		child.kill();
		await ended;
	});
	const url = await Promise.race([
		once(child, "message").then(([message]) => message as string),
		ended.then(() => Promise.reject(new Error(`${file} has ended:\n${output}`))),
	]);
	return { url, output: () => output, hasEnded: () => !child.connected };
}
