import { parseSync, Visitor } from "oxc-parser";

/** The packages that a built file imports, at once or later, for code or for types. */
export function importsOf(file: string, text: string): string[] {
	const names: string[] = [];
	function add({ source }: { source: unknown }): void {
		const { value } = (source ?? {}) as { value?: unknown };
		const [, name] = /^(@[^/]+\/[^/]+|[^./@][^/]*)/.exec(String(value ?? "")) ?? [];
		if (name && !name.startsWith("node:")) names.push(name);
	}
	new Visitor({
		ImportDeclaration: add,
		ExportNamedDeclaration: add,
		ExportAllDeclaration: add,
		ImportExpression: add,
		TSImportType: add,
	}).visit(parseSync(file, text).program);
	return names;
}
