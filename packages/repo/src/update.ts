import { readFileSync, writeFileSync } from "node:fs";
import { providerPackages, publicPackages, root } from "./workspace.ts";

/** What follows from the packages that there are, by file. `pnpm update:repo` writes it, and a test compares. */
export function derivedFiles(): Record<string, string> {
	return { "README.md": readmeWithTable(), "tsconfig.json": tsconfig() };
}

function readmeWithTable(): string {
	const rows = providerPackages().map(({ folder, manifest }) => {
		const provider = manifest.description.replace("Sign in with ", "");
		return `| [\`@oauth/${folder}\`](packages/${folder}#readme) | ${provider[0]?.toUpperCase()}${provider.slice(1)} |`;
	});
	const table = ["| Package | Provider |", "| --- | --- |", ...rows].join("\n");
	return readFileSync(`${root}README.md`, "utf8").replace(
		/\| Package \| Provider \|\n(\|.*\n)*/,
		`${table}\n`,
	);
}

function tsconfig(): string {
	const references = publicPackages().map(({ folder }) => ({ path: `packages/${folder}` }));
	return `${JSON.stringify({ files: [], references }, null, "\t")}\n`;
}

if (import.meta.main)
	for (const [file, content] of Object.entries(derivedFiles())) writeFileSync(root + file, content);
