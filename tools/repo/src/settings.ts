import { readFileSync } from "node:fs";
import { parseSync } from "oxc-parser";
import { root } from "./workspace.ts";

/** A setting of a provider, as the interface of its config declares it. */
export interface Setting {
	name: string;
	required: boolean;
	/** Its docstring, on one line, with the default at its end. */
	text: string;
	/** The interface that declares it, such as `ProviderConfig`. */
	declaredBy: string;
}

// biome-ignore lint/suspicious/noExplicitAny: the nodes of a syntax tree, of which a few properties are read
type AnyNode = any;

/** The files with the interfaces that a config can extend. */
const SHARED = ["packages/oidc/src/define-oidc-provider.ts", "packages/core/src/provider.ts"];

/** Returns the settings of a provider package: its own, then those that it inherits. */
export function settingsOf(folder: string): Setting[] {
	const file = `packages/${folder}/src/index.ts`;
	const name = interfacesIn(file).find(({ id }) => id.name.endsWith("Config"))?.id.name;
	if (!name) throw new Error(`${file} exports no interface whose name ends in Config`);
	const settings = readInterface(name, [file, ...SHARED]);
	// A setting that is declared again is the package's own.
	return settings.filter(({ name }, index) => settings.findIndex((other) => other.name === name) === index);
}

function readInterface(name: string, files: string[]): Setting[] {
	for (const file of files) {
		const node = interfacesIn(file).find(({ id }) => id.name === name);
		if (node)
			return [...membersOf(node, file), ...node.extends.flatMap((base: AnyNode) => inherit(base, files))];
	}
	throw new Error(`the interface ${name} is in none of ${files.join(", ")}`);
}

/** `Base`, or `Omit<Base, "name">`. */
function inherit({ expression, typeArguments }: AnyNode, files: string[]): Setting[] {
	if (expression.name !== "Omit") return readInterface(expression.name, files);
	const [base, omitted] = typeArguments.params;
	const names = (omitted.types ?? [omitted]).map(({ literal }: AnyNode) => literal.value);
	return readInterface(base.typeName.name, files).filter(({ name }) => !names.includes(name));
}

function interfacesIn(file: string): AnyNode[] {
	return parse(file)
		.program.body.map((statement: AnyNode) => statement.declaration)
		.filter((declaration: AnyNode) => declaration?.type === "TSInterfaceDeclaration");
}

function membersOf(node: AnyNode, file: string): Setting[] {
	const { comments } = parse(file);
	return node.body.body.map(({ key, optional, start }: AnyNode) => {
		const docstring = comments.findLast((comment) => comment.end <= start && comment.start > node.start);
		return {
			name: key.name,
			required: !optional,
			text: toText(docstring?.value ?? ""),
			declaredBy: node.id.name,
		};
	});
}

const parsed = new Map<string, { program: AnyNode; comments: AnyNode[] }>();

function parse(file: string) {
	const known = parsed.get(file);
	if (known) return known;
	const { program, comments } = parseSync(file, readFileSync(root + file, "utf8"));
	parsed.set(file, { program, comments });
	return { program, comments };
}

/** Returns the text of a docstring without the stars, with its default as a sentence. */
function toText(docstring: string): string {
	const text = docstring
		.replace(/^\s*\*+ ?/gm, "")
		.replace(/\s+/g, " ")
		.trim();
	const [description = "", ...tags] = text.split(/ (?=@[a-z])|^(?=@)/);
	const byDefault = tags.find((tag) => tag.startsWith("@default "))?.replace("@default ", "");
	if (!byDefault) return description;
	return `${description} By default ${/^[\w"[{]\S*$/.test(byDefault) ? `\`${byDefault}\`` : byDefault}.`;
}
