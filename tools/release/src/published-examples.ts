import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../repo/src/workspace.ts";
import { startRegistry } from "./registry.ts";
import { run } from "./run.ts";
import { copyFiles, publishAll } from "./workspace-copy.ts";

// `pnpm test:published` copies the examples away from the packages' sources, installs our packages from a registry by the
// versions in the examples' manifests, and runs the examples' tests in the browser.
const parent = mkdtempSync(join(tmpdir(), "oauth-examples-"));
const registry = await startRegistry();
try {
	await publishAll(registry.url);
	const folder = await installExamples(registry.url);
	const tests = spawn("vitest", ["run", "--project=browser", ...process.argv.slice(2)], {
		cwd: root,
		env: { ...process.env, EXAMPLES: folder },
		stdio: "inherit",
	});
	[process.exitCode] = await once(tests, "close");
} finally {
	await registry.stop();
	rmSync(parent, { recursive: true, force: true });
}

async function installExamples(registryUrl: string): Promise<string> {
	await copyFiles(parent, "examples");
	const folder = join(parent, "examples");
	const settings = join(folder, "pnpm-workspace.yaml");
	// The lockfile still pins all packages but ours.
	const ranges = readFileSync(settings, "utf8").replace(/^overrides:\n(?: .*\n)+/m, "");
	writeFileSync(settings, `${ranges}\nminimumReleaseAge: 0\n`);
	writeFileSync(join(folder, ".npmrc"), `@oauth:registry=${registryUrl}\n`);
	console.log(await run("pnpm", ["install", "--no-frozen-lockfile"], { cwd: folder }));
	if (readFileSync(join(folder, "pnpm-lock.yaml"), "utf8").includes(".packed"))
		throw new Error("the examples were not installed with the packages from the registry");
	console.log(await run("pnpm", ["--recursive", "run", "build"], { cwd: folder }));
	return folder;
}
