import {
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	realpathSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import type { Manifest } from "../../repo/src/workspace.ts";
import { run } from "./run.ts";

/** A new project with an empty home directory, for one test: no package manager has a cache or settings. */
export interface CleanFolder {
	path: string;
	write(file: string, content: string | object): void;
	run(program: string, args: string[]): Promise<string>;
	/** Returns the manifests of all packages in its `node_modules`, nested ones too. */
	installed(): Manifest[];
}

export function cleanFolder(registryUrl: string): CleanFolder {
	const parent = mkdtempSync(join(tmpdir(), "oauth-app-"));
	onTestFinished(() => rmSync(parent, { recursive: true, force: true }));
	const path = join(parent, "app");
	const home = join(parent, "home");
	mkdirSync(path);
	mkdirSync(home);
	const homes = ["HOME", "PNPM_HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"];
	const env = Object.fromEntries(homes.map((name) => [name, home]));
	function write(file: string, content: string | object) {
		writeFileSync(join(path, file), typeof content === "string" ? content : JSON.stringify(content));
	}
	write("package.json", { name: "app", private: true, type: "module" });
	write(".npmrc", `@oauth:registry=${registryUrl}\n`);
	return {
		path,
		write,
		run: (program, args) => run(program, args, { cwd: path, env }),
		installed() {
			const files = readdirSync(join(path, "node_modules"), { recursive: true, encoding: "utf8" }).filter(
				(file) => /(^|node_modules\/)(@[^/]+\/)?[^/@.]+\/package\.json$/.test(file),
			);
			const manifests = new Set(files.map((file) => realpathSync(join(path, "node_modules", file))));
			return [...manifests].map((file) => JSON.parse(readFileSync(file, "utf8")));
		},
	};
}
