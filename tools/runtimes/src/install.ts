import { cpSync, realpathSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { publicPackages, root } from "../../repo/src/workspace.ts";
import type { Settings } from "./settings.ts";

/** Installs the app and the packed builds into a folder from which no other module of the workspace can be resolved. */
export async function install(folder: string, settings: Settings): Promise<void> {
	const modules = join(folder, "node_modules");
	for (const { folder: name, manifest } of publicPackages())
		cpSync(join(root, ".packed", name), join(modules, manifest.name), { recursive: true });
	// The one dependency of those that sign in is a link in the workspace.
	const jose = realpathSync(join(root, "packages/oidc/node_modules/jose"));
	cpSync(jose, join(modules, "jose"), { recursive: true });

	cpSync(join(root, "tools/runtimes/src/app"), folder, { recursive: true });
	writeFileSync(join(folder, "package.json"), JSON.stringify({ type: "module" }));
	writeFileSync(join(folder, "settings.js"), `export const settings = ${JSON.stringify(settings)};\n`);
	await bundleForWorkerd(folder, "workerd");
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
		// The dependencies of the vault, which have dependencies in turn.
		nodePaths: [join(root, "packages/tokens/node_modules")],
	});
	return outfile;
}
