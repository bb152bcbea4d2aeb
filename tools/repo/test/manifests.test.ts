import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { exportOf, providerPackages, publicPackages } from "../src/workspace.ts";

const packages = publicPackages();

function dependenciesOf(folder: string): string[] {
	const manifest = packages.find((entry) => entry.folder === folder)?.manifest;
	return Object.keys(manifest?.dependencies ?? {}).sort();
}

/** The packages that an app brings along where it uses them. By default there are none. */
const OPTIONAL_PEERS: Record<string, string[]> = {
	// The contract runs in the test runner of its user, and the fake provider under any.
	testing: ["vitest"],
	// Each store speaks through the app's own client.
	tokens: ["better-sqlite3", "ioredis", "pg", "postgres", "redis"],
};

describe.each(packages)("packages/$folder/package.json", ({ folder, path, manifest }) => {
	test(`packages/${folder} has a description that is a phrase`, () => {
		expect(manifest.description).toMatch(/^[A-Z].*[^.]$/);
	});

	test(`packages/${folder} runs on Node 20, or where its dependencies ask for more`, () => {
		// The AT Protocol's own client asks for more.
		expect(manifest.engines).toEqual({ node: folder === "bluesky" ? ">=22" : ">=20" });
	});

	test(`packages/${folder} has built every file that its manifest names`, () => {
		const files = JSON.stringify(manifest).match(/\.\/dist\/[\w.-]+/g) ?? [];
		expect(files.length).toBeGreaterThan(3);
		for (const file of files) expect(existsSync(join(path, file)), file).toBe(true);
	});

	test(`packages/${folder} runs no script when it is installed, and asks for nothing beside it`, () => {
		expect(manifest).not.toHaveProperty("scripts");
		expect(manifest).not.toHaveProperty("devDependencies");
		const peers = OPTIONAL_PEERS[folder];
		expect(Object.keys(manifest.peerDependencies ?? {})).toEqual(peers ?? []);
		const optional = peers?.map((name) => [name, { optional: true }]);
		expect(manifest.peerDependenciesMeta).toEqual(optional && Object.fromEntries(optional));
	});

	test(`packages/${folder} depends on others by ranges that a patch of theirs does not break`, () => {
		for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
			expect(range, name).toMatch(name.startsWith("@oauth/") ? /^workspace:\^$/ : /^\^\d/);
	});

	test(`packages/${folder} has a README`, () => {
		expect(existsSync(`${path}/README.md`)).toBe(true);
	});
});

describe.each(providerPackages())("the provider of packages/$folder", ({ folder, manifest }) => {
	test(`the id, the named export and the default export of packages/${folder} are the folder's`, async () => {
		const exports = await import(manifest.name);
		expect(exports.default).toBe(exports[exportOf(folder)]);
		expect(exports.default({}).id).toBe(folder);
		expect(exports.default({}).name).toMatch(/\S/);
	});

	test(`packages/${folder} needs of ours only core and oidc`, () => {
		const ours = dependenciesOf(folder).filter((name) => name.startsWith("@oauth/"));
		expect(["@oauth/core", "@oauth/oidc"]).toEqual(expect.arrayContaining(ours));
	});
});

test("imports point one way: provider, oidc, core; core has no dependencies", () => {
	expect(dependenciesOf("core")).toEqual([]);
	expect(dependenciesOf("oidc")).toEqual(["@oauth/core", "jose"]);
	expect(dependenciesOf("tokens")).toEqual(["@oauth/core", "jose", "ofetch", "p-limit"]);
	expect(dependenciesOf("testing")).toEqual(["@oauth/core", "@oauth/tokens", "jose"]);
});
