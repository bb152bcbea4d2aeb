import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { publicPackages, root } from "./workspace.ts";

/**
 * Packs packages as they are published, into one tarball and one folder each: `github.tgz` and `github/`.
 *
 * @param packages by default all that are published
 */
export function pack(destination: string, packages = publicPackages()): void {
	rmSync(destination, { recursive: true, force: true });
	mkdirSync(destination, { recursive: true });
	for (const { folder, path } of packages) {
		const tarball = join(destination, `${folder}.tgz`);
		execFileSync("pnpm", ["pack", "--silent", "--out", tarball], { cwd: path });
		mkdirSync(join(destination, folder));
		execFileSync("tar", ["-xzf", tarball, "-C", join(destination, folder), "--strip-components=1"]);
	}
}

if (import.meta.main) pack(join(root, ".packed"));
