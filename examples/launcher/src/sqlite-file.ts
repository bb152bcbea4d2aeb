import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { DemoContext } from "./run-demo.ts";

const { env } = process;

/** The SQLite file of `DATABASE_FILE`, or one for each port, so that two demos don't share one. */
export function openSqliteFile({ folder, port, isEmulated }: DemoContext): string {
	if (env.DATABASE_FILE) return env.DATABASE_FILE;
	const directory = join(folder, ".demo");
	mkdirSync(directory, { recursive: true });
	const file = join(directory, `port-${port}.db`);
	// Emulated people have new ids at each start: who signed up before would be a stranger in an old file.
	if (isEmulated) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
	env.DATABASE_FILE = file;
	return file;
}
