import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../launcher/src/listen.ts";

export interface LaunchedApp {
	/** What it has printed so far. */
	output(): string;
	/** What it said after this word when it had started. */
	told(word: string): string;
	port: number;
	origin: string;
	/** As Ctrl-C does. Ends when nobody holds its output any more. */
	interrupt(): Promise<{ code: number | null; signal: string | null }>;
}

/** Nothing of the developer's own settings: what is set, if only to nothing, `.env` leaves alone. */
const blank = Object.fromEntries(
	[
		"ORIGIN",
		"PORT",
		"DATABASE_FILE",
		"DATABASE_URL",
		"GITHUB_CLIENT_ID",
		"GITHUB_CLIENT_SECRET",
		"GITHUB_BASE_URL",
		"GITHUB_API_URL",
		"GOOGLE_CLIENT_ID",
		"GOOGLE_CLIENT_SECRET",
		"GOOGLE_ISSUER",
		"APPLE_CLIENT_ID",
		"APPLE_TEAM_ID",
		"APPLE_KEY_ID",
		"APPLE_PRIVATE_KEY",
		"APPLE_ISSUER",
		"DISCORD_CLIENT_ID",
		"DISCORD_CLIENT_SECRET",
		"DISCORD_URL",
	].map((name) => [name, ""]),
);

const running = new Map<ChildProcess, Promise<unknown>>();
const databases = new Set<string>();

/** Starts an example's launcher, from a folder that isn't its own, and waits until it says where it is. */
export async function launch(example: string, settings: Record<string, string> = {}): Promise<LaunchedApp> {
	const PORT = `${await findFreePort()}`;
	const child = spawn(process.execPath, [join(example, "demo.ts")], {
		cwd: tmpdir(),
		// Nothing of the test runner's either: frameworks look at it.
		env: { ...process.env, NODE_ENV: undefined, VITEST: undefined, ...blank, PORT, ...settings },
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
	databases.add(told("Database"));
	const { port, origin } = new URL(told("Open").split(",")[0] as string);
	return {
		output: () => output,
		told,
		port: Number(port),
		origin,
		async interrupt() {
			child.kill("SIGINT");
			const [code, signal] = await ended;
			return { code, signal };
		},
	};
}

/** Ends what is still running, and removes the databases that are files. */
export async function cleanUp(): Promise<void> {
	for (const child of running.keys()) child.kill("SIGINT");
	await Promise.all(running.values());
	for (const database of databases)
		for (const suffix of ["", "-wal", "-shm"]) rmSync(database + suffix, { recursive: true, force: true });
}
