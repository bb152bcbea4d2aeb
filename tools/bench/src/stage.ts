import { mkdirSync, realpathSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { pack } from "../../repo/src/pack.ts";
import { publicPackages } from "../../repo/src/workspace.ts";
import manifest from "../package.json" with { type: "json" };
import { CONTENDERS } from "./contenders.ts";
import { PROVIDERS } from "./sign-in.ts";

const bench = fileURLToPath(new URL("..", import.meta.url));

/** Our packages that are measured, and their dependencies. */
const OURS = ["core", "oidc", "github", "google"];

/** Prepares a folder as in production: our packages as they are published, the other libraries, and no TypeScript. */
export async function stage(folder: string): Promise<void> {
	const ours = publicPackages().filter((entry) => OURS.includes(entry.folder));
	pack(join(folder, "packed"), ours);
	for (const { folder: name, path, manifest } of ours) {
		link(folder, manifest.name, join(folder, "packed", name));
		for (const dependency of Object.keys(manifest.dependencies ?? {}))
			if (!dependency.startsWith("@oauth/")) link(folder, dependency, join(path, "node_modules", dependency));
	}
	for (const name of Object.keys(manifest.devDependencies))
		if (!name.startsWith("@oauth/")) link(folder, name, join(bench, "node_modules", name));

	const contenders = `${bench}src/contenders`;
	await build({
		entryPoints: CONTENDERS.flatMap(({ folder }) =>
			PROVIDERS.map((name) => `${contenders}/${folder}/${name}.ts`),
		),
		outbase: contenders,
		outdir: join(folder, "contenders"),
		outExtension: { ".js": ".mjs" },
		bundle: true,
		packages: "external",
		format: "esm",
	});
}

function link(folder: string, name: string, target: string): void {
	const path = join(folder, "node_modules", name);
	mkdirSync(dirname(path), { recursive: true });
	symlinkSync(realpathSync(target), path);
}
