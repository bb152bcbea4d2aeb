import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { fileURLToPath } from "node:url";
import { findFreePort } from "../embedded/listen.ts";

export interface Demo {
	child: ChildProcess;
	/** What it has printed so far. */
	output(): string;
	/** What it said after this word when it had started. */
	told(word: string): string;
	port: number;
	/** As Ctrl-C does. Ends when nobody holds its output any more. */
	interrupt(): Promise<{ code: number | null; signal: string | null }>;
}

/** Nothing of the developer's own settings: what is set, if only to nothing, `.env` leaves alone. */
const blank = Object.fromEntries(
	[
		"ORIGIN",
		"PORT",
		"DATABASE_FILE",
		"GITHUB_CLIENT_ID",
		"GITHUB_CLIENT_SECRET",
		"GITHUB_BASE_URL",
		"GITHUB_API_URL",
		"GOOGLE_CLIENT_ID",
		"GOOGLE_CLIENT_SECRET",
		"GOOGLE_ISSUER",
	].map((name) => [name, ""]),
);

const running = new Map<ChildProcess, Promise<unknown>>();

/** Starts the launcher, from a folder that isn't its own, and waits until it says where it is. */
export async function launch(settings: Record<string, string> = {}): Promise<Demo> {
	const PORT = `${await findFreePort()}`;
	const child = spawn(process.execPath, [fileURLToPath(new URL("../demo.ts", import.meta.url))], {
		cwd: tmpdir(),
		env: { ...process.env, ...blank, PORT, ...settings },
		stdio: ["ignore", "pipe", "pipe"],
	});
	let output = "";
	const started = Promise.withResolvers<void>();
	for (const stream of [child.stdout, child.stderr])
		stream.setEncoding("utf8").on("data", (text: string) => {
			output += text;
			if (output.includes("Ctrl-C")) started.resolve();
		});
	const ended = once(child, "close");
	// From its first moment on, so that one that never says where it is doesn't stay behind either.
	running.set(child, ended);
	ended.then(() => running.delete(child));
	ended.then(() => started.reject(new Error(`The demo ended:\n${output}`)));
	await started.promise;

	const told = (word: string) => new RegExp(`^ *${word} +(.*)$`, "m").exec(output)?.[1] ?? "";
	return {
		child,
		output: () => output,
		told,
		port: Number(new URL(told("Open").split(",")[0] as string).port),
		async interrupt() {
			child.kill("SIGINT");
			const [code, signal] = await ended;
			return { code, signal };
		},
	};
}

export async function interruptAll(): Promise<void> {
	for (const child of running.keys()) child.kill("SIGINT");
	await Promise.all(running.values());
}
