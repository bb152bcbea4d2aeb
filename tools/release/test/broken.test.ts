import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import type { Manifest } from "../../repo/src/workspace.ts";
import { type Registry, startRegistry } from "../src/registry.ts";
import { copyWorkspace, version, type WorkspaceCopy } from "../src/workspace-copy.ts";

let registry: Registry;
let copy: WorkspaceCopy;

beforeAll(async () => {
	registry = await startRegistry();
	copy = await copyWorkspace(registry.url);
	await version(copy);
	await copy.pnpm(["release"]);
	await version(copy, { "@oauth/github": "patch", "@oauth/apple": "patch" });
});
afterAll(async () => {
	copy.remove();
	await registry.stop();
});

/** Changes a file of the copy for one test. */
function change(file: string, edit: (text: string) => string): void {
	const path = join(copy.path, file);
	const text = readFileSync(path, "utf8");
	writeFileSync(path, edit(text));
	onTestFinished(() => writeFileSync(path, text));
}

function changeManifest(folder: string, edit: (manifest: Manifest) => object): void {
	change(`packages/${folder}/package.json`, (text) => JSON.stringify(edit(JSON.parse(text))));
}

/** Expects that a release fails with this message, and publishes nothing: not even the other package, which is valid. */
async function expectRefusal(message: string | RegExp): Promise<void> {
	await expect(copy.pnpm(["release"])).rejects.toThrow(message);
	expect(await registry.versions("@oauth/github")).toHaveLength(1);
	expect(await registry.versions("@oauth/apple")).toHaveLength(1);
}

test("a release is refused if `files` leaves out a built file", async () => {
	changeManifest("github", (manifest) => ({ ...manifest, files: ["dist/*.js", "CHANGELOG.md"] }));
	await expectRefusal("@oauth/github: dist/index.d.ts is missing");
});

test("a release is refused if a package has more files than the built ones", async () => {
	changeManifest("github", ({ files, ...manifest }) => manifest);
	await expectRefusal("@oauth/github: test/recording.json doesn't belong in it");
});

test("a release is refused if a package has a built file without a source", async () => {
	const file = join(copy.path, "packages/github/dist/gone.js");
	onTestFinished(() => rmSync(file));
	writeFileSync(file, "export {};\n");
	await expectRefusal("@oauth/github: dist/gone.js doesn't belong in it");
});

test("a release is refused if `exports` names a missing file", async () => {
	changeManifest("github", (manifest) => ({ ...manifest, exports: { ".": "./dist/main.js" } }));
	await expectRefusal(/@oauth\/github: .*main\.js/);
});

test("a release is refused if `exports` names missing types", async () => {
	changeManifest("github", (manifest) => ({
		...manifest,
		exports: { ".": { types: "./dist/types.d.ts", default: "./dist/index.js" } },
	}));
	await expectRefusal(/@oauth\/github: .*types\.d\.ts/);
});

test("a release is refused if only a bundler resolves its types", async () => {
	change("packages/apple/tsconfig.json", (text) =>
		text.replace("{", '{ "compilerOptions": { "module": "ESNext", "moduleResolution": "bundler" },'),
	);
	change("packages/apple/src/index.ts", (text) => `${text}export * from "./client-secret";\n`);
	await expectRefusal(/@oauth\/apple: Internal resolution error: .*"\.\/client-secret"/);
});

test("a release is refused if a type is imported from an unlisted dependency", async () => {
	change("packages/github/src/index.ts", (text) => `${text}export type { JWK } from "jose";\n`);
	await expectRefusal("@oauth/github: jose is imported, and not a dependency");
});

test("a release is refused if an unlisted dependency is imported dynamically", async () => {
	change("packages/github/src/index.ts", (text) => `${text}export const later = () => import("jose");\n`);
	await expectRefusal("@oauth/github: jose is imported, and not a dependency");
});

test("a release is refused if a listed dependency is not imported", async () => {
	change("pnpm-lock.yaml", (text) => text);
	changeManifest("github", (manifest) => ({
		...manifest,
		dependencies: { ...manifest.dependencies, jose: "^6.2.17" },
	}));
	await copy.pnpm(["install", "--no-frozen-lockfile", "--prefer-offline"]);
	await expectRefusal("@oauth/github: jose is a dependency, and not imported");
});

test("both packages are published once nothing is broken", async () => {
	await copy.pnpm(["release"]);
	expect(await registry.versions("@oauth/github")).toHaveLength(2);
	expect(await registry.versions("@oauth/apple")).toHaveLength(2);
});
