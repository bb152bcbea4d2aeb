import { createRequire } from "node:module";
import { providerPackages, root } from "../../repo/src/workspace.ts";
import { usedHeap } from "./heap.ts";

/** The providers that a process imports. */
export type Load = "github" | "google" | "all";

export interface Loaded {
	title: string;
	packages: number;
	ms: number;
	heap: number;
}

// It depends on an implementation of the AT Protocol, which costs more than all other packages together.
const WITH_DEPENDENCIES = ["bluesky"];

const load: Load = JSON.parse(process.argv[2] ?? "");
const { resolve } = createRequire(`${root}tools/repo/package.json`);
const names = providerPackages()
	.filter(({ folder }) => (load === "all" ? !WITH_DEPENDENCIES.includes(folder) : folder === load))
	.map(({ manifest }) => manifest.name);
const paths = names.map((name) => resolve(name));

const before = await usedHeap();
const at = performance.now();
for (const path of paths) await import(path);
const ms = performance.now() - at;
process.send?.({
	title: load === "all" ? `all but ${WITH_DEPENDENCIES}` : `${names}`,
	packages: names.length,
	ms,
	heap: (await usedHeap()) - before,
} satisfies Loaded);
