import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exportOf, type Manifest, providerPackages, publicPackages } from "../src/workspace.ts";

const packages = publicPackages();

/** The entries that a package has beside its main one, with the file of each. */
const ENTRIES: Record<string, Record<string, string>> = {
	core: { provider: "authoring" },
	testing: { vitest: "vitest" },
};

function dependenciesOf(folder: string): string[] {
	const manifest = packages.find((entry) => entry.folder === folder)?.manifest;
	return Object.keys(manifest?.dependencies ?? {}).sort();
}

describe.each(packages)("packages/$folder/package.json", ({ folder, path, manifest }) => {
	const entries = Object.entries(ENTRIES[folder] ?? {});
	const fileOf = (entry: string) => ({ types: `./dist/${entry}.d.ts`, default: `./dist/${entry}.js` });

	test("is named after its folder, and described", () => {
		expect(manifest.name).toBe(`@oauth/${folder}`);
		expect(manifest.description).toMatch(/^[A-Z].*[^.]$/);
	});

	test("is published like all others", () => {
		// The AT Protocol's own client asks for more.
		const node = folder === "bluesky" ? ">=22" : ">=20";
		expect(manifest).toMatchObject({
			license: "MIT",
			type: "module",
			sideEffects: false,
			engines: { node },
			files: ["dist", "!dist/.tsbuildinfo", "CHANGELOG.md"],
			publishConfig: { access: "public" },
		});
	});

	test("has its entries for resolvers that read exports", () => {
		expect(manifest.exports).toEqual({
			".": fileOf("index"),
			...Object.fromEntries(entries.map(([name, file]) => [`./${name}`, fileOf(file)])),
			"./package.json": "./package.json",
		});
		for (const entry of ["index", ...entries.map(([, file]) => file)])
			for (const file of Object.values(fileOf(entry))) expect(existsSync(`${path}/${file}`), file).toBe(true);
	});

	test("has the same entries for resolvers that don't (moduleResolution node10)", () => {
		expect(manifest.main).toBe("./dist/index.js");
		expect(manifest.types).toBe("./dist/index.d.ts");
		const types = Object.fromEntries(entries.map(([name, file]) => [name, [`./dist/${file}.d.ts`]]));
		expect(manifest.typesVersions).toEqual(entries.length > 0 ? { "*": types } : undefined);
	});

	test("runs no script when it is installed, and asks for nothing beside it", () => {
		expect(manifest).not.toHaveProperty("scripts");
		expect(manifest).not.toHaveProperty("devDependencies");
		// The contract runs in the test runner of its user, and the fake provider under any.
		const peers: Partial<Manifest> =
			folder === "testing"
				? { peerDependencies: { vitest: ">=4" }, peerDependenciesMeta: { vitest: { optional: true } } }
				: {};
		expect(manifest.peerDependencies).toEqual(peers.peerDependencies);
		expect(manifest.peerDependenciesMeta).toEqual(peers.peerDependenciesMeta);
	});

	test("depends on the others by a range that a patch of theirs doesn't break", () => {
		for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
			expect(range, name).toMatch(name.startsWith("@oauth/") ? /^workspace:\^$/ : /^\^\d/);
	});

	test("has a README beside it", () => {
		expect(existsSync(`${path}/README.md`)).toBe(true);
	});
});

describe.each(providerPackages())("the provider of packages/$folder", ({ folder, manifest }) => {
	test("has its folder's name for an id and an export, and is the default export", async () => {
		const exports = await import(manifest.name);
		expect(exports.default).toBe(exports[exportOf(folder)]);
		expect(exports.default({}).id).toBe(folder);
		expect(exports.default({}).name).toMatch(/\S/);
	});

	test("needs of ours only core and oidc", () => {
		const ours = dependenciesOf(folder).filter((name) => name.startsWith("@oauth/"));
		expect(["@oauth/core", "@oauth/oidc"]).toEqual(expect.arrayContaining(ours));
	});
});

test("imports point one way: provider, oidc, core; core has no dependencies", () => {
	expect(dependenciesOf("core")).toEqual([]);
	expect(dependenciesOf("oidc")).toEqual(["@oauth/core", "jose"]);
	expect(dependenciesOf("testing")).toEqual(["@oauth/core", "jose"]);
});
