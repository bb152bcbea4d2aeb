import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { derivedFiles } from "../src/update.ts";
import { providerPackages, publicPackages, root } from "../src/workspace.ts";

test.each(Object.entries(derivedFiles()))("%s is as `pnpm update:repo` makes it", (file, content) => {
	expect(readFileSync(root + file, "utf8")).toBe(content);
});

const SECTIONS = [
	"Install",
	"Register your app",
	"Sign in",
	"Config",
	"The user",
	"What an e-mail address from here proves",
	"Refresh and revocation",
	"Quirks",
];

// The generic package is about no one provider.
describe.each(providerPackages().filter(({ folder }) => folder !== "oidc"))(
	"packages/$folder/README.md",
	(entry) => {
		const readme = readFileSync(`${entry.path}/README.md`, "utf8");

		test("the heading is the package's name", () => {
			expect(readme).toMatch(new RegExp(`^# ${entry.manifest.name}\n\nSign in with .*\\.\n`));
		});

		test("the sections are those of every provider, in the same order", () => {
			const sections = [...readme.matchAll(/^## (.*)$/gm)].map(([, title]) => title);
			expect(sections.filter((title) => title !== "Not settled")).toEqual(SECTIONS);
			if (sections.includes("Not settled")) expect(sections.at(-1)).toBe("Not settled");
		});

		test("the registration, the installation and the routes are shown", () => {
			expect(readme).toMatch(/## Register your app\n[\s\S]*https:\/\/[\s\S]*## Sign in\n/);
			expect(readme).toContain(`npm install ${entry.manifest.name}`);
			expect(readme.match(/```ts/g)?.length).toBeGreaterThanOrEqual(3);
		});
	},
);

test("every package has a changeset, or has been released", () => {
	for (const { folder, manifest } of publicPackages()) {
		const changeset = `${root}.changeset/first-release-${folder}.md`;
		if (manifest.version === "0.0.0")
			expect(readFileSync(changeset, "utf8")).toContain(`"@oauth/${folder}": major`);
	}
});
