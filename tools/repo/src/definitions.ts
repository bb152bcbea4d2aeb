import { parseSync, Visitor } from "oxc-parser";

/** A call of `defineProvider` or `defineOidcProvider`, and the objects that it defines a provider by. */
export interface Definition {
	/** The form that hides misspelt fields from the type checker; `undefined` if it sees them all. */
	problem: string | undefined;
	/** The properties of the definition and of its endpoints. */
	fields: Field[];
	/** The objects that its functions return, in which the type checker lets a misspelt field pass. */
	results: Result[];
}

export interface Result {
	type: string;
	fields: Field[];
	end: number;
}

/** The types of the results of a definition's functions. */
const RESULTS: Record<string, string> = { toProfile: "ProfileFields", revocationRequest: "RequestOptions" };

export interface Field {
	name: string;
	/** The place of its name in the text. */
	start: number;
	end: number;
	shorthand: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: the nodes of a syntax tree, of which a few properties are read
type AnyNode = any;

/** Finds the definitions in the source of a provider package. */
export function definitionsOf(file: string, text: string): Definition[] {
	const definitions: Definition[] = [];
	new Visitor({
		CallExpression(call) {
			const callee: AnyNode = call.callee;
			if (/^define(Oidc)?Provider$/.test(callee.name)) definitions.push(readDefinition(call.arguments[0]));
		},
	}).visit(parseSync(file, text).program);
	return definitions;
}

function readDefinition(argument: AnyNode): Definition {
	const isFunction = isFunctionNode(argument);
	const objects = isFunction ? returnsOf(argument.body) : [argument];
	const properties = objects.flatMap((object: AnyNode) => object?.properties ?? []);
	const endpoints = properties.filter(
		({ key, value }: AnyNode) => key?.name === "endpoints" && value.type === "ObjectExpression",
	);
	return {
		problem: problemOf(argument, isFunction, objects),
		fields: [...objects.flatMap(fieldsOf), ...endpoints.flatMap(({ value }: AnyNode) => fieldsOf(value))],
		results: properties.flatMap(resultsOf),
	};
}

function isFunctionNode(node: AnyNode): boolean {
	return /^(Arrow)?Function(Expression)?$/.test(node?.type);
}

function resultsOf({ key, value }: AnyNode): Result[] {
	const type = RESULTS[key?.name];
	if (!type || !isFunctionNode(value)) return [];
	return returnsOf(value.body)
		.filter((result) => result.type === "ObjectExpression")
		.map((result) => ({ type, fields: fieldsOf(result), end: result.end }));
}

function problemOf(argument: AnyNode, isFunction: boolean, objects: AnyNode[]): string | undefined {
	if (isFunction && !argument.returnType) return "a function without a written return type";
	if (!isFunction && argument?.type !== "ObjectExpression") return "neither an object nor a function";
	if (objects.some(({ type }) => type !== "ObjectExpression"))
		return "what it returns is not written in place";
	const hasSpread = objects.some(({ properties }) =>
		properties.some(({ type }: AnyNode) => type === "SpreadElement"),
	);
	return hasSpread ? "a spread, in which a misspelt field is not seen" : undefined;
}

/** Returns the results of a function: its body, or the arguments of its own `return` statements. */
function returnsOf(body: AnyNode): AnyNode[] {
	if (body.type !== "BlockStatement") return [unwrap(body)];
	const found: AnyNode[] = [];
	const visit = (node: AnyNode): void => {
		if (!node || typeof node !== "object" || /Function/.test(node.type)) return;
		if (node.type === "ReturnStatement") found.push(unwrap(node.argument));
		else for (const child of Object.values(node)) [child].flat().forEach(visit);
	};
	for (const statement of body.body) visit(statement);
	return found;
}

function unwrap(node: AnyNode): AnyNode {
	return node?.type === "ParenthesizedExpression" ? unwrap(node.expression) : node;
}

function fieldsOf(object: AnyNode): Field[] {
	return (object?.properties ?? [])
		.filter((property: AnyNode) => property.type === "Property")
		.map(({ key, shorthand }: AnyNode) => ({
			name: key.name ?? key.value,
			start: key.start,
			end: key.end,
			shorthand,
		}));
}

/** Returns the source with a type for each result, so that no other field compiles in it. */
export function withResultTypes(text: string, results: Pick<Result, "type" | "end">[]): string {
	// From the end, so that the places before stay right.
	return results
		.toSorted((a, b) => b.end - a.end)
		.reduce(
			(source, { type, end }) =>
				`${source.slice(0, end)} satisfies import("@oauth/core/provider").${type}${source.slice(end)}`,
			text,
		);
}

/** Returns the source with one field misspelt, and the misspelt word. */
export function misspell(
	text: string,
	{ name, start, end, shorthand }: Field,
): { text: string; word: string } {
	const word = name.slice(0, -2) + name.slice(-1);
	return { word, text: `${text.slice(0, start)}${word}${shorthand ? `: ${name}` : ""}${text.slice(end)}` };
}
