import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { sourcesIn } from "../src/imports.ts";
import { computedFiles, readFromDisk } from "../src/update.ts";
import { brandPackages, publicPackages, root } from "../src/workspace.ts";

const computed = Object.entries(computedFiles());

test.each(computed)("%s is as `pnpm update:repo` writes it", (file, content) => {
	expect(readFromDisk(file), "run `npx --yes pnpm@12 update:repo`").toBe(content);
});

test.each(computed)("an edit by hand of what is computed in %s does not last", (file, content) => {
	const edited = content
		.replaceAll(/computed by .* -->\n/g, "$&By hand.\n")
		.replace(/"(main|extends|path|@oauth\/apple)": "/, "$&by hand");
	expect(edited).not.toBe(content);
	expect(computedFiles((name) => (name === file ? edited : readFromDisk(name)))[file]).toBe(content);
});

const SECTIONS = ["Register your app", "Settings", "The user", "E-mail", "Refresh and revocation", "Quirks"];

describe.each(brandPackages())("packages/$folder/README.md", ({ folder, path, manifest }) => {
	const readme = readFileSync(`${path}/README.md`, "utf8");

	test(`the README of ${folder} begins with the package's name and what it is for`, () => {
		expect(readme).toMatch(new RegExp(`^# ${manifest.name}\n\nSign in with .*\\.\n`));
	});

	test(`the README of ${folder} has the sections of every provider, in the same order`, () => {
		const sections = [...readme.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
		expect(sections.filter((title) => title !== "Not settled")).toEqual(SECTIONS);
		if (sections.includes("Not settled")) expect(sections.at(-1)).toBe("Not settled");
	});

	test(`the README of ${folder} is written in plain English, and not the draft that new makes of facts`, () => {
		expect(readme, "rewrite its sections, then delete the line with the draft").not.toContain("<!-- draft");
	});

	test(`the README of ${folder} says where to register an app`, () => {
		expect(readme).toMatch(/## Register your app\n[\s\S]*https:\/\/[\s\S]*## Settings\n/);
	});
});

test.each(publicPackages())(
	"no file of packages/$folder imports itself by way of others, types included",
	({ path }) => {
		const imports = new Map(
			globSync("src/**/*.ts", { cwd: path }).map((file) => [
				file,
				sourcesIn(file, readFileSync(join(path, file), "utf8"))
					.filter((source) => source.startsWith("."))
					.map((source) => join(dirname(file), source).replace(/\.js$/, ".ts")),
			]),
		);
		const reachedFrom = (file: string, reached = new Set<string>()): Set<string> => {
			for (const next of imports.get(file) ?? [])
				if (!reached.has(next)) reachedFrom(next, reached.add(next));
			return reached;
		};
		expect(imports.size).toBeGreaterThan(0);
		expect([...imports.keys()].filter((file) => reachedFrom(file).has(file))).toEqual([]);
	},
);

test("every package has a changeset, or has been released", () => {
	for (const { folder, manifest } of publicPackages()) {
		const changeset = `${root}.changeset/first-release-${folder}.md`;
		if (manifest.version === "0.0.0")
			expect(readFileSync(changeset, "utf8")).toContain(`"@oauth/${folder}": major`);
	}
});
