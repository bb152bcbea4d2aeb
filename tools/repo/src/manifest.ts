import type { Manifest } from "./workspace.ts";

/** The entries that a package has beside its main one, with the file of each. */
const ENTRIES: Record<string, Record<string, string>> = {
	core: { provider: "authoring" },
	testing: { vitest: "vitest" },
	tokens: { d1: "d1", memory: "memory", postgres: "postgres", redis: "redis", sqlite: "sqlite" },
};

/** Returns a manifest with all that is the same in every package. Its version, description, keywords and dependencies stay. */
export function manifestOf(folder: string, manifest: Manifest): Manifest {
	const { version, description, keywords, engines, dependencies, peerDependencies, peerDependenciesMeta } =
		manifest;
	const entries = Object.entries(ENTRIES[folder] ?? {});
	const types = Object.fromEntries(entries.map(([name, file]) => [name, [`./dist/${file}.d.ts`]]));
	return {
		name: `@oauth/${folder}`,
		version,
		description,
		keywords,
		license: "MIT",
		type: "module",
		sideEffects: false,
		engines,
		main: "./dist/index.js",
		types: "./dist/index.d.ts",
		exports: {
			".": fileOf("index"),
			...Object.fromEntries(entries.map(([name, file]) => [`./${name}`, fileOf(file)])),
			"./package.json": "./package.json",
		},
		// For resolvers that don't read exports (moduleResolution node10).
		...(entries.length > 0 && { typesVersions: { "*": types } }),
		files: ["dist", "!dist/.tsbuildinfo", "CHANGELOG.md"],
		publishConfig: { access: "public" },
		...(dependencies && { dependencies }),
		...(peerDependencies !== undefined && { peerDependencies, peerDependenciesMeta }),
	};
}

function fileOf(entry: string) {
	return { types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` };
}
