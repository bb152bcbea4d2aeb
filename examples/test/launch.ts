import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findFreePort } from "../launcher/src/listen.ts";
import type { Person } from "../launcher/src/people.ts";
import { emulateProviders, providers } from "../launcher/src/providers.ts";

export interface LaunchedApp {
	/** Returns what the app has printed so far. */
	output(): string;
	/** Returns what followed this word when the app had started. */
	told(word: string): string;
	port: number;
	origin: string;
	/** Ends the app as Ctrl-C does, and waits until no process holds its output any more. */
	interrupt(): Promise<{ code: number | null; signal: string | null }>;
}

/** Keeps the developer's own settings out: `.env` does not replace a variable that is set, even to nothing. */
const blank = Object.fromEntries(
	[
		"ORIGIN",
		"PORT",
		"TOKEN_KEY",
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

/** Starts an example's launcher, in another working directory than the example's, and waits until it prints its URL. */
export async function launch(example: string, settings: Record<string, string> = {}): Promise<LaunchedApp> {
	const PORT = `${await findFreePort()}`;
	const child = spawn(process.execPath, [join(example, "demo.ts")], {
		cwd: tmpdir(),
		// The test runner's variables are removed too, because frameworks read them.
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
	// From the beginning, so that an app that never prints its URL is ended too.
	running.set(child, ended);
	ended.then(() => {
		running.delete(child);
		started.reject(new Error(`The demo ended:\n${output}`));
	});
	await started.promise;

	const told = (word: string) => new RegExp(`^ *${word} +(.*)$`, "m").exec(output)?.[1] ?? "";
	// At once: the next app at this port, perhaps of another test file, has its database in the same place.
	const removed = ended.then(() => removeDatabase(told("Database")));
	running.set(child, removed);
	const { port, origin } = new URL(told("Open").split(",")[0] as string);
	return {
		output: () => output,
		told,
		port: Number(port),
		origin,
		async interrupt() {
			child.kill("SIGINT");
			const [code, signal] = await ended;
			await removed;
			return { code, signal };
		},
	};
}

/** Launches an app with emulated providers of its own, where these people have accounts. */
export async function launchWithProviders(
	example: string,
	people: Person[],
): Promise<{ app: LaunchedApp; stop(): Promise<void> }> {
	const PORT = `${await findFreePort()}`;
	const emulated = await emulateProviders(`http://localhost:${PORT}`, providers, people);
	const settings = [...emulated.values()].map(({ env }) => env);
	const app = await launch(example, Object.assign({ PORT }, ...settings));
	async function stop() {
		await app.interrupt();
		for (const provider of emulated.values()) await provider.close();
	}
	if (app.port === Number(PORT)) return { app, stop };
	// Another process took the port first. The providers know only the callback URLs of that one.
	await stop();
	return launchWithProviders(example, people);
}

/** Ends the apps that are still running. */
export async function cleanUp(): Promise<void> {
	for (const child of running.keys()) child.kill("SIGINT");
	await Promise.all(running.values());
}

/** Removes a database that is a file or a folder. */
function removeDatabase(database: string): void {
	for (const suffix of ["", "-wal", "-shm"]) rmSync(database + suffix, { recursive: true, force: true });
}
