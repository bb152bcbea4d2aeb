import { execFileSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Packages and their size on the disk, as npm installs them. */
export interface Footprint {
	packages: number;
	bytes: number;
}

/** Installs packages into a new folder, and returns their footprint. */
export function footprintOf(specs: string[], folder: string): Footprint {
	mkdirSync(folder);
	if (specs.length === 0) return { packages: 0, bytes: 0 };
	writeFileSync(join(folder, "package.json"), "{}");
	execFileSync("npm", ["install", "--ignore-scripts", "--no-audit", "--no-fund", ...specs], {
		cwd: folder,
		stdio: ["ignore", "ignore", "inherit"],
	});
	const modules = join(folder, "node_modules");
	const lockfile = join(modules, ".package-lock.json");
	const files = readdirSync(modules, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) => join(entry.parentPath, entry.name))
		.filter((file) => file !== lockfile);
	return {
		packages: Object.keys(JSON.parse(readFileSync(lockfile, "utf8")).packages).length,
		bytes: files.reduce((sum, file) => sum + statSync(file).size, 0),
	};
}
