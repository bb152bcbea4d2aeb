import { readFileSync, writeFileSync } from "node:fs";
import { ERRORS } from "@oauth/core";
import { providerPackages, publicPackages, root } from "./workspace.ts";

/** The files that follow from others, by name. `pnpm update:repo` writes them, and a test compares. */
export function derivedFiles(): Record<string, string> {
	return {
		"README.md": readmeWithTable(),
		"packages/core/README.md": readmeWithErrors(),
		"tsconfig.json": tsconfig(),
	};
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

/** The table of the codes, from what messages are made of. */
function readmeWithErrors(): string {
	const rows = Object.entries(ERRORS).map(
		([code, texts]) => `| \`${code}\` | ${texts.map(sentence).join(" | ")} |`,
	);
	const table = ["| `code` | Meaning | What to do |", "| --- | --- | --- |", ...rows].join("\n");
	return replaceBetween(readFileSync(`${root}packages/core/README.md`, "utf8"), "errors", table);
}

function sentence(text: string): string {
	return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

/** Replaces the lines between `<!-- name … -->` and `<!-- /name -->`. */
function replaceBetween(text: string, name: string, content: string): string {
	const marked = new RegExp(`(<!-- ${name}\\b.*-->\n)[\\s\\S]*?(<!-- /${name} -->\n)`);
	if (!marked.test(text)) throw new Error(`<!-- ${name} --> and <!-- /${name} --> are missing`);
	return text.replace(marked, (_, begin, end) => `${begin}\n${content}\n\n${end}`);
}

function tsconfig(): string {
	const references = publicPackages().map(({ folder }) => ({ path: `packages/${folder}` }));
	return `${JSON.stringify({ files: [], references }, null, "\t")}\n`;
}

if (import.meta.main)
	for (const [file, content] of Object.entries(derivedFiles())) writeFileSync(root + file, content);
