import { cpSync, globSync, lstatSync, mkdtempSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, relative, resolve, sep } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { examples, folder } from "./examples.ts";
import { cleanUp, launch } from "./launch.ts";

const root = realpathSync(folder);
const names = ["launcher", ...examples];
const ours = {
	exclude: (path: string) => /^(node_modules|build|dist|\..*)$/.test(path.split(sep).at(-1) ?? ""),
};

const isWithin = (path: string, parent: string) => !relative(parent, path).startsWith("..");

describe.each(names)("examples/%s", (name) => {
	const example = join(root, name);
	const manifest = JSON.parse(readFileSync(join(example, "package.json"), "utf8"));
	const dependencies: Record<string, string> = { ...manifest.dependencies, ...manifest.devDependencies };

	test(`examples/${name} imports only its own files and its dependencies`, () => {
		const files = globSync("**/*.{ts,tsx,js,mjs,svelte}", { cwd: example, ...ours });
		expect(files.length).toBeGreaterThan(0);
		for (const file of files) {
			const text = readFileSync(join(example, file), "utf8");
			for (const [, specifier = ""] of text.matchAll(/\b(?:from|import)\s*\(?\s*["']([^"'\n]+)["']/g)) {
				const where = `${file}: ${specifier}`;
				if (specifier.startsWith(".")) {
					expect(isWithin(resolve(example, dirname(file), specifier), example), where).toBe(true);
				} else if (!/^([$#]|\w+:)/.test(specifier)) {
					const [dependency] = /^(@[^/]+\/)?[^/]+/.exec(specifier) ?? [];
					expect(Object.keys(dependencies), where).toContain(dependency);
				}
			}
		}
	});

	test(`examples/${name} names ranges of published versions of our packages`, () => {
		for (const [dependency, range] of Object.entries(dependencies))
			if (dependency.startsWith("@oauth/") && dependency !== "@oauth/example-launcher")
				expect(range, dependency).toMatch(/^\^\d+\.\d+\.\d+$/);
	});
});

test.each(examples)("examples/%s has a file that runs the common tests", (name) => {
	const file = join(import.meta.dirname, `${name}.test.ts`);
	expect(readFileSync(file, "utf8")).toContain(`\nawait testExample("${name}");\n`);
});

test("everything that the examples install is in their own folder", () => {
	const links = globSync(["*/node_modules/{*,@*/*}", "node_modules/.pnpm/*/node_modules/{*,@*/*}"], {
		cwd: root,
	});
	const outside = links.filter((link) => {
		const path = join(root, link);
		return lstatSync(path).isSymbolicLink() && !isWithin(realpathSync(path), root);
	});
	expect(links.filter((link) => link.includes(join("@oauth", "core")))).not.toEqual([]);
	expect(outside).toEqual([]);
});

describe("a copy of the examples without the packages beside it", () => {
	let elsewhere: string;
	beforeAll(() => {
		elsewhere = mkdtempSync(join(tmpdir(), "examples-"));
		cpSync(root, elsewhere, { recursive: true, verbatimSymlinks: true });
	});
	afterAll(async () => {
		await cleanUp();
		rmSync(elsewhere, { recursive: true, force: true });
	});

	test.each(examples)("a copy of examples/%s runs without the packages beside it", async (name) => {
		const app = await launch(join(elsewhere, name));
		expect(await (await fetch(`${app.origin}/login`)).text()).toContain("Continue with GitHub");
		const { headers } = await fetch(`${app.origin}/login/discord`, { redirect: "manual" });
		expect(headers.get("location")).toContain(app.told("Discord").split(" ").at(-1));
		expect((await app.interrupt()).code).toBe(0);
	});
});
