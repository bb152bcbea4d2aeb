import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { root } from "./workspace.ts";

/** Writes a TypeScript project that a test checks, where the packages can be imported by name. Returns its folder. */
export function generateProject(
	name: string,
	files: Record<string, string>,
	compilerOptions: object = {},
): string {
	const folder = `tools/repo/.generated/${name}`;
	rmSync(root + folder, { recursive: true, force: true });
	const depth = "../".repeat(folder.split("/").length);
	const tsconfig = { extends: `${depth}tsconfig.test.json`, compilerOptions, include: ["."], exclude: [] };
	for (const [file, content] of Object.entries({ ...files, "tsconfig.json": JSON.stringify(tsconfig) })) {
		mkdirSync(dirname(`${root}${folder}/${file}`), { recursive: true });
		writeFileSync(`${root}${folder}/${file}`, content);
	}
	return folder;
}

export function removeProject(folder: string): void {
	rmSync(root + folder, { recursive: true, force: true });
}
