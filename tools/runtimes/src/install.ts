import { cpSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { publicPackages, root } from "../../repo/src/workspace.ts";
import type { Settings } from "./settings.ts";

/** Installs the app and the packed builds into a folder from which no other module of the workspace can be resolved. */
export async function install(folder: string, settings: Settings): Promise<void> {
	const modules = join(folder, "node_modules");
	for (const { folder: name, manifest } of publicPackages())
		cpSync(join(root, ".packed", name), join(modules, manifest.name), { recursive: true });
	for (const name of ["jose", "ofetch", "p-limit"]) copyDependency(name, modules);

	cpSync(join(root, "tools/runtimes/src/app"), folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
	writeFileSync(join(folder, "settings.js"), `export const settings = ${JSON.stringify(settings)};\n`);
	await bundleForWorkerd(folder, "workerd");
}

/** Copies a dependency and its own, which pnpm keeps beside it. In the workspace they are links. */
function copyDependency(name: string, modules: string): void {
	const path = realpathSync(join(root, "packages/tokens/node_modules", name));
	const { dependencies = {} } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
	for (const each of [name, ...Object.keys(dependencies)])
		cpSync(realpathSync(join(path, "..", each)), join(modules, each), { recursive: true });
}

/** Bundles a file of the app, because workerd does not resolve packages. Returns the path of the bundle. */
export async function bundleForWorkerd(folder: string, name: string): Promise<string> {
	const outfile = join(folder, `${name}.bundle.js`);
	await build({
		absWorkingDir: folder,
		entryPoints: [`${name}.js`],
		outfile,
		bundle: true,
		format: "esm",
		platform: "neutral",
		conditions: ["workerd", "worker", "browser"],
	});
	return outfile;
}
