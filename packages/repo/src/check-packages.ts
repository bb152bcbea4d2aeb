import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { publicPackages, root } from "./workspace.ts";

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), "oauth-packages-"));

/** Packs each package as it is published, and holds publint and are-the-types-wrong against what came out. */
async function check(name: string, path: string): Promise<void> {
	const destination = join(folder, name);
	await run("pnpm", ["pack", "--pack-destination", destination], { cwd: path });
	const tarball = join(destination, readdirSync(destination)[0] ?? "");
	await run("publint", ["run", tarball, "--strict"], { cwd: root });
	await run("attw", [tarball, "--profile", "esm-only"], { cwd: root });
	console.log(`${name}: publint and are-the-types-wrong found nothing`);
}

try {
	await Promise.all(publicPackages().map(({ folder: name, path }) => check(name, path)));
} catch (error) {
	const { stdout, stderr } = error as { stdout?: string; stderr?: string };
	console.error(stdout ?? error, stderr ?? "");
	process.exitCode = 1;
} finally {
	rmSync(folder, { recursive: true, force: true });
}
