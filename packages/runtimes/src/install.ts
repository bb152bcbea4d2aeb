import { cpSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { publicPackages, root } from "../../repo/src/workspace.ts";
import type { Settings } from "./settings.ts";

/** Puts the app and the packed builds into a folder, from which nothing of the workspace can be reached. */
export async function install(folder: string, settings: Settings): Promise<void> {
	const modules = join(folder, "node_modules");
	for (const { folder: name, manifest } of publicPackages())
		cpSync(join(root, ".packed", name), join(modules, manifest.name), { recursive: true });
	// What these are made of lies beside them, as links.
	for (const dependency of ["core/node_modules/ofetch", "oidc/node_modules/jose"]) {
		const store = join(realpathSync(join(root, "packages", dependency)), "..");
		cpSync(store, modules, { recursive: true, dereference: true });
	}

	cpSync(join(root, "packages/runtimes/src/app"), folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
	writeFileSync(join(folder, "settings.js"), `export const settings = ${JSON.stringify(settings)};\n`);
	// workerd looks for no package by itself.
	await build({
		absWorkingDir: folder,
		entryPoints: ["workerd.js"],
		outfile: "workerd.bundle.js",
		bundle: true,
		format: "esm",
		platform: "neutral",
		conditions: ["workerd", "worker", "browser"],
	});
}
