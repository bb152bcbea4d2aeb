import { readFileSync, writeFileSync } from "node:fs";
import { ERRORS } from "@oauth/core";
import { replaceComputed, toJson } from "./computed.ts";
import { manifestOf } from "./manifest.ts";
import { providerReadme } from "./provider-readme.ts";
import { brandPackages, providerPackages, publicPackages, root, type WorkspacePackage } from "./workspace.ts";

/** Reads a file by its path from the repository's root. */
export type Read = (file: string) => string;

/**
 * Returns the computed files by name. `pnpm update:repo` writes them, and a test compares.
 *
 * @param read reads a file as it is now: the parts that are written by hand stay
 */
export function computedFiles(read: Read = readFromDisk): Record<string, string> {
	const files: Record<string, string> = {
		"README.md": replaceComputed(read("README.md"), "providers", providerTable()),
		"packages/core/README.md": replaceComputed(read("packages/core/README.md"), "errors", errorTable()),
		"tsconfig.json": toJson({
			files: [],
			references: publicPackages().map(({ folder }) => ({ path: `packages/${folder}` })),
		}),
		"tools/repo/package.json": toJson({
			...JSON.parse(read("tools/repo/package.json")),
			dependencies: Object.fromEntries(
				publicPackages().map(({ manifest }) => [manifest.name, "workspace:*"]),
			),
		}),
	};
	for (const { folder, manifest } of publicPackages()) {
		const path = `packages/${folder}`;
		files[`${path}/package.json`] = toJson(manifestOf(folder, JSON.parse(read(`${path}/package.json`))));
		files[`${path}/tsconfig.json`] = packageTsconfig(JSON.parse(read(`${path}/tsconfig.json`)), manifest);
	}
	for (const { folder } of brandPackages()) {
		const file = `packages/${folder}/README.md`;
		files[file] = providerReadme(folder, read(file));
	}
	return files;
}

export function readFromDisk(file: string): string {
	return readFileSync(root + file, "utf8");
}

function providerTable(): string {
	const rows = providerPackages().map(({ folder, manifest }) => {
		const provider = manifest.description.replace("Sign in with ", "");
		return `| [\`@oauth/${folder}\`](packages/${folder}#readme) | ${provider[0]?.toUpperCase()}${provider.slice(1)} |`;
	});
	return ["| Package | Provider |", "| --- | --- |", ...rows].join("\n");
}

/** Returns the table of error codes, with the texts of the messages. */
function errorTable(): string {
	const rows = Object.entries(ERRORS).map(
		([code, texts]) => `| \`${code}\` | ${texts.map(toSentence).join(" | ")} |`,
	);
	return ["| `code` | Meaning | What to do |", "| --- | --- | --- |", ...rows].join("\n");
}

function toSentence(text: string): string {
	return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** Keeps the compiler options. The references are the package's dependencies in this repository. */
function packageTsconfig(
	{ compilerOptions }: { compilerOptions?: object },
	{ dependencies = {} }: WorkspacePackage["manifest"],
): string {
	const ours = Object.keys(dependencies).filter((name) => name.startsWith("@oauth/"));
	const text = toJson({
		extends: "../../tsconfig.base.json",
		...(compilerOptions && { compilerOptions }),
		...(ours.length > 0 && { references: ours.map((name) => ({ path: name.replace("@oauth", "..") })) }),
	});
	// The formatter writes a list of one on one line.
	return text.replace(/\[\s+("[^"]*")\s+\]/g, "[$1]");
}

if (import.meta.main)
	for (const [file, content] of Object.entries(computedFiles())) writeFileSync(root + file, content);
