import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { publicPackages, root } from "../../repo/src/workspace.ts";
import { cleanFolder } from "../src/clean-folder.ts";
import { type Registry, startRegistry } from "../src/registry.ts";
import { run } from "../src/run.ts";
import { type Changes, copyWorkspace, version, type WorkspaceCopy } from "../src/workspace-copy.ts";

const NAMES = publicPackages().map(({ manifest }) => manifest.name);

let registry: Registry;
let copy: WorkspaceCopy;

beforeAll(async () => {
	registry = await startRegistry();
	copy = await copyWorkspace(registry.url);
	await version(copy);
	await copy.pnpm(["release"]);
});
afterAll(async () => {
	copy.remove();
	await registry.stop();
});

/** Returns the published versions of each package. */
async function published(): Promise<Record<string, string[]>> {
	const entries = NAMES.map(async (name) => [name, await registry.versions(name)] as const);
	return Object.fromEntries(await Promise.all(entries));
}

/** Releases changes, and returns the changes that the registry received. */
async function release(changes: Changes, env?: NodeJS.ProcessEnv): Promise<Changes> {
	const before = await published();
	await version(copy, changes);
	await copy.pnpm(["release"], env);
	const after = await published();
	const released: Changes = {};
	for (const name of NAMES) {
		const added = after[name]?.filter((entry) => !before[name]?.includes(entry)) ?? [];
		expect(added.length).toBeLessThanOrEqual(1);
		if (added[0]) released[name] = change(before[name]?.at(-1) ?? "", added[0]);
	}
	return released;
}

function change(from: string, to: string): Changes[string] {
	const [major, minor] = from.split(".");
	if (!to.startsWith(`${major}.`)) return "major";
	return to.startsWith(`${major}.${minor}.`) ? "patch" : "minor";
}

/** Downloads the newest version of a package, and returns its files' text by name. */
async function download(name: string): Promise<Map<string, string>> {
	const folder = mkdtempSync(join(tmpdir(), "oauth-tarball-"));
	onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
	const newest = (await registry.versions(name)).at(-1);
	const response = await fetch(`${registry.url}${name}/-/${name.split("/")[1]}-${newest}.tgz`);
	writeFileSync(join(folder, "package.tgz"), Buffer.from(await response.arrayBuffer()));
	const files = (await run("tar", ["-xzvf", "package.tgz"], { cwd: folder })).trim().split("\n");
	return new Map(
		files.map((file) => [file.replace("package/", ""), readFileSync(join(folder, file), "utf8")]),
	);
}

test.each(publicPackages())(
	"$manifest.name is published with all its files and no others",
	async ({ folder, manifest }) => {
		const versions = await registry.versions(manifest.name);
		const { version } = JSON.parse(readFileSync(join(copy.path, "packages", folder, "package.json"), "utf8"));
		expect(versions).toEqual([version]);
		expect(version).toMatch(/^[1-9]/);
		const content = await download(manifest.name);
		expect([...content.keys()].filter((file) => !file.startsWith("dist/")).sort()).toEqual([
			"CHANGELOG.md",
			"LICENSE",
			"README.md",
			"package.json",
		]);
		expect([...content.keys()]).toEqual(expect.arrayContaining(["dist/index.js", "dist/index.d.ts"]));
		for (const file of content.keys()) if (file.startsWith("dist/")) expect(file).toMatch(/\w\.(js|d\.ts)$/);
		expect(content.get("CHANGELOG.md")).toContain(`\n## ${version}\n`);
		expect(content.get("package.json")).not.toContain("workspace:");
	},
);

test("the release command publishes nothing and says so when there are no changes", async () => {
	const before = await published();
	expect(await copy.pnpm(["release"])).toContain("No unpublished projects to publish");
	expect(await published()).toEqual(before);
});

test("a patch of one provider releases that provider alone, with the changeset in its changelog", async () => {
	expect(await release({ "@oauth/github": "patch" })).toEqual({ "@oauth/github": "patch" });
	const content = await download("@oauth/github");
	expect(content.get("CHANGELOG.md")).toMatch(
		/### Patch Changes\n\n- (\w+: )?A patch change of @oauth\/github\.\n/,
	);
});

test("a patch of core releases no provider", async () => {
	expect(await release({ "@oauth/core": "patch" })).toEqual({ "@oauth/core": "patch" });
});

test("a minor of core releases no provider, but the next install of a provider gets it", async () => {
	expect(await release({ "@oauth/core": "minor" })).toEqual({ "@oauth/core": "minor" });
	const folder = cleanFolder(registry.url);
	await folder.run("npm", ["install", "@oauth/google"]);
	const core = folder.installed().find(({ name }) => name === "@oauth/core");
	expect(core?.version).toBe((await registry.versions("@oauth/core")).at(-1));
});

test("a minor of oidc releases no provider", async () => {
	expect(await release({ "@oauth/oidc": "minor" })).toEqual({ "@oauth/oidc": "minor" });
});

test("a major of one provider releases that provider alone", async () => {
	expect(await release({ "@oauth/gitlab": "major" })).toEqual({ "@oauth/gitlab": "major" });
});

test("a release raises each of two changed packages by its own level", async () => {
	const changes: Changes = { "@oauth/apple": "minor", "@oauth/testing": "patch" };
	expect(await release(changes)).toEqual(changes);
});

test("a major of core releases all packages that depend on it", async () => {
	const dependents = publicPackages().filter(({ manifest }) => manifest.dependencies?.["@oauth/core"]);
	const released = await release({ "@oauth/core": "major" });
	expect(released["@oauth/core"]).toBe("major");
	for (const { manifest } of dependents) expect(released).toHaveProperty([manifest.name]);
});

test("the release command writes the tag of each release for the workflow", async () => {
	const output = join(copy.path, "output.ndjson");
	await release({ "@oauth/slack": "patch" }, { CHANGESETS_OUTPUT: output });
	const newest = (await registry.versions("@oauth/slack")).at(-1);
	expect(JSON.parse(readFileSync(output, "utf8"))).toMatchObject({ tag: `@oauth/slack@${newest}` });
});

test("the release workflow's setting makes publishing fail without provenance", async () => {
	const workflow = readFileSync(`${root}.github/workflows/release.yml`, "utf8");
	const [, name = "", value] = /^ *(\w*PROVENANCE): "(.*)"$/m.exec(workflow) ?? [];
	await version(copy, { "@oauth/line": "patch" });
	// Only a workflow can prove a package's provenance.
	await expect(copy.pnpm(["release"], { [name]: value })).rejects.toThrow("PROVENANCE_UNSUPPORTED");
	expect(await registry.versions("@oauth/line")).toHaveLength(1);
});
