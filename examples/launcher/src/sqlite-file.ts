import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DemoContext } from "./run-demo.ts";

const { env } = process;

/** Returns the SQLite file named by `DATABASE_FILE`, or by default a file per port, so that two demos don't share one. */
export function openSqliteFile({ folder, port, isEmulated }: DemoContext): string {
	if (env.DATABASE_FILE) return env.DATABASE_FILE;
	const directory = join(folder, ".demo");
	mkdirSync(directory, { recursive: true });
	const file = join(directory, `port-${port}.db`);
	// Emulated users have new ids at each start, so the users in an old file could not sign in again.
	if (isEmulated) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
	env.DATABASE_FILE = file;
	return file;
}
