import { execFileSync } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findBinary } from "./find-binary.ts";
import { freePort, type Server, startServer } from "./process.ts";

/** Where Debian puts each version's programs, which are not on PATH there. */
const VERSIONS = "/usr/lib/postgresql";

/** Starts PostgreSQL on an empty database, on a free port of 127.0.0.1. Any password is right. */
export async function startPostgres(): Promise<Server> {
	const folders = existsSync(VERSIONS) ? readdirSync(VERSIONS).sort((a, b) => Number(b) - Number(a)) : [];
	const bin = (name: string) =>
		findBinary(
			[name],
			folders.map((folder) => join(VERSIONS, folder, "bin")),
		);
	const user = unprivilegedUser();
	const folder = mkdtempSync(join(tmpdir(), "oauth-postgres-"));
	// Its processes may still write when this one ends.
	const removeFolder = () =>
		rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
	try {
		if (user) chownSync(folder, user.uid, user.gid);
		const data = join(folder, "data");
		const flags = ["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"];
		execFileSync(bin("initdb"), [`--pgdata=${data}`, ...flags], { ...user, cwd: folder, stdio: "pipe" });
		const port = await freePort();
		const settings = {
			listen_addresses: "127.0.0.1",
			port,
			unix_socket_directories: "",
			// The data need not survive the machine.
			fsync: "off",
		};
		const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
		return await startServer({
			url: `postgres://postgres@127.0.0.1:${port}/postgres`,
			command: [bin("postgres"), "-D", data, ...args],
			options: { ...user, cwd: folder },
			ready: /database system is ready to accept connections/,
			signal: "SIGQUIT",
			removeFolder,
		});
	} catch (error) {
		removeFolder();
		throw error;
	}
}

/** Returns the user to run as in place of root, as whom PostgreSQL refuses to run. */
function unprivilegedUser(): { uid: number; gid: number } | undefined {
	if (process.getuid?.() !== 0) return undefined;
	const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"]));
	return { uid: id("-u"), gid: id("-g") };
}
