import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "./find-binary.ts";
import { freePort, type Server, startServer } from "./process.ts";

/** Starts Redis or Valkey with an empty database, on a free port of 127.0.0.1, so that no confirmed write is lost. */
export async function startRedis(): Promise<Server> {
	const file = findBinary(["redis-server", "valkey-server"]);
	const port = await freePort();
	const folder = mkdtempSync(join(tmpdir(), "oauth-redis-"));
	const settings = {
		bind: "127.0.0.1",
		port,
		dir: folder,
		save: "",
		appendonly: "yes",
		appendfsync: "always",
		"maxmemory-policy": "noeviction",
	};
	const args = Object.entries(settings).flatMap(([name, value]) => [`--${name}`, `${value}`]);
	return startServer({
		url: `redis://127.0.0.1:${port}`,
		command: [file, ...args],
		ready: /Ready to accept connections/,
		signal: "SIGKILL",
		removeFolder: () => rmSync(folder, { recursive: true, force: true }),
	});
}
