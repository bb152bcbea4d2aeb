import { parseSync, Visitor } from "oxc-parser";

interface Source {
	type: string;
	value?: unknown;
	quasis?: { value: { raw: string } }[];
}

/** Returns the sources of all imports of a file, static, dynamic and of types. In a template, `*` stands for a value. */
export function sourcesIn(file: string, text: string): string[] {
	const sources: string[] = [];
	function add(node: { source: unknown }): void {
		const source = node.source as Source | null;
		if (source?.type === "Literal") sources.push(`${source.value}`);
		if (source?.quasis) sources.push(source.quasis.map(({ value }) => value.raw).join("*"));
	}
	new Visitor({
		ImportDeclaration: add,
		ExportNamedDeclaration: add,
		ExportAllDeclaration: add,
		ImportExpression: add,
		TSImportType: add,
	}).visit(parseSync(file, text).program);
	return sources;
}

/** Returns the packages that a built file imports. */
export function importsOf(file: string, text: string): string[] {
	return sourcesIn(file, text).flatMap((source) => {
		const [, name] = /^(@[^/]+\/[^/]+|[^./@][^/]*)/.exec(source) ?? [];
		return name && !name.startsWith("node:") ? [name] : [];
	});
}
