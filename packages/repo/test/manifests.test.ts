import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { exportOf, providerPackages, publicPackages } from "../src/workspace.ts";

const packages = publicPackages();

describe.each(packages)("packages/$folder", ({ folder, path, manifest }) => {
	test("is named after its folder, and described", () => {
		expect(manifest.name).toBe(`@oauth/${folder}`);
		expect(manifest.description).toMatch(/^[A-Z].*[^.]$/);
	});

	test("is published alike", () => {
		// The AT Protocol's own client asks for more.
		const node = folder === "bluesky" ? ">=22" : ">=20";
		expect(manifest).toMatchObject({
			license: "MIT",
			type: "module",
			sideEffects: false,
			engines: { node },
			exports: {
				".": { types: "./dist/index.d.ts", default: "./dist/index.js" },
				"./package.json": "./package.json",
			},
			files: ["dist", "!dist/.tsbuildinfo", "CHANGELOG.md"],
			publishConfig: { access: "public" },
		});
	});

	test("runs no script when it is installed, and asks for nothing beside it", () => {
		expect(manifest).not.toHaveProperty("scripts");
		// The contract runs in the test runner of whoever uses it.
		const peers = manifest.name === "@oauth/testing" ? { vitest: ">=4" } : undefined;
		expect(manifest.peerDependencies).toEqual(peers);
		expect(manifest).not.toHaveProperty("devDependencies");
	});

	test("depends on the others by a range that a patch of theirs doesn't break", () => {
		for (const [name, range] of Object.entries(manifest.dependencies ?? {}))
			expect(range, name).toMatch(name.startsWith("@oauth/") ? /^workspace:\^$/ : /^\^\d/);
	});

	test("has a README", () => {
		expect(existsSync(`${path}/README.md`)).toBe(true);
	});
});

describe.each(providerPackages())("the provider of packages/$folder", ({ folder, path, manifest }) => {
	test("has its folder's name for an id and an export, and is the default", async () => {
		const exports = await import(`${path}/dist/index.js`);
		expect(exports.default).toBe(exports[exportOf(folder)]);
		expect(exports.default({}).id).toBe(folder);
		expect(exports.default({}).name).toMatch(/\S/);
	});

	test("is the smallest install: three packages of others at most, and those of ours that it is made of", () => {
		const ours = Object.keys(manifest.dependencies ?? {}).filter((name) => name.startsWith("@oauth/"));
		expect(["@oauth/core", "@oauth/oidc"]).toEqual(expect.arrayContaining(ours));
	});
});

test("imports point one way: provider, oidc, core", () => {
	const imports = (folder: string) =>
		Object.keys(packages.find((entry) => entry.folder === folder)?.manifest.dependencies ?? {}).sort();
	expect(imports("core")).toEqual(["ofetch"]);
	expect(imports("oidc")).toEqual(["@oauth/core", "jose"]);
});
