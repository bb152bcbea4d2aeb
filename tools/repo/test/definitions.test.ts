import { readdirSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile, type TypeFault } from "../src/compile.ts";
import { definitionsOf, misspell, withResultTypes } from "../src/definitions.ts";
import { generateProject, removeProject } from "../src/generated-project.ts";
import { providerPackages } from "../src/workspace.ts";

const packages = providerPackages().map(({ folder, path }) => {
	const files = readdirSync(`${path}/src`).map(
		(name) => [name, readFileSync(`${path}/src/${name}`, "utf8")] as const,
	);
	const sources = Object.fromEntries(files);
	const index = sources["index.ts"] ?? "";
	return { folder, sources, index, definitions: definitionsOf("index.ts", index) };
});

const misspelt = packages.map(({ folder, index, definitions }) => ({
	folder,
	mistakes: definitions
		.flatMap(({ fields }) => fields)
		.map((field, number) => ({
			...misspell(index, field),
			name: field.name,
			file: `${folder}/mistake-${number}.ts`,
		})),
	resultMistakes: definitions
		.flatMap(({ results }) => results)
		.flatMap(({ fields, ...result }) => fields.map((field) => ({ field, result })))
		.map(({ field, result: { type, end } }, number) => {
			// The type stands behind the result, so the places of the fields stay right.
			const typed = withResultTypes(index, [{ type, end }]);
			return { ...misspell(typed, field), name: field.name, file: `${folder}/result-mistake-${number}.ts` };
		}),
}));

describe("the fields of a definition", () => {
	let project: string;
	let errors: TypeFault[];
	beforeAll(async () => {
		const files: Record<string, string> = {};
		for (const { folder, sources, index, definitions } of packages) {
			for (const [name, text] of Object.entries(sources)) files[`${folder}/${name}`] = text;
			files[`${folder}/results.ts`] = withResultTypes(
				index,
				definitions.flatMap(({ results }) => results),
			);
		}
		for (const { mistakes, resultMistakes } of misspelt)
			for (const { file, text } of [...mistakes, ...resultMistakes]) files[file] = text;
		project = generateProject("definitions", files);
		errors = await compile(project);
	});
	afterAll(() => removeProject(project));

	const errorsIn = (file: string) => errors.filter((error) => error.file === `${project}/${file}`);
	const expectNamed = ({ file, word, name }: { file: string; word: string; name: string }) => {
		const messages = errorsIn(file).map(({ message }) => message);
		expect(messages.join("\n"), name).toContain(`'${word}'`);
	};

	test.each(misspelt)(
		"a misspelt field of @oauth/$folder is an error that names it",
		({ folder, mistakes }) => {
			expect(errorsIn(`${folder}/index.ts`)).toEqual([]);
			expect(mistakes.length).toBeGreaterThan(5);
			for (const mistake of mistakes) expectNamed(mistake);
		},
	);

	// The type checker lets other fields pass in an object that a function returns without a written type.
	test.each(misspelt)(
		"no field of a profile or a revocation request of @oauth/$folder is misspelt",
		(entry) => {
			expect(errorsIn(`${entry.folder}/results.ts`)).toEqual([]);
			for (const mistake of entry.resultMistakes) expectNamed(mistake);
		},
	);

	test.each([
		["gitlab", "idServer", "idServr"],
		["google", "authorizationResponseIss", "authorizationResponseIs"],
		["google", "algorithms", "algoriths"],
		["discord", "clientAuth", "clientAuh"],
		["github", "emailScope", "emailScoe"],
		["discord", "emailVerified", "emailVerifid"],
		["line", "form", "fom"],
	])("the fields of @oauth/%s that are misspelt include %s, as %s", (folder, name, word) => {
		const { mistakes = [], resultMistakes = [] } = misspelt.find((entry) => entry.folder === folder) ?? {};
		expect([...mistakes, ...resultMistakes]).toContainEqual(expect.objectContaining({ name, word }));
	});
});

describe("the form of a definition", () => {
	test.each(packages)(
		"the definition in packages/$folder is an object, or a function with a written return type",
		({ definitions }) => {
			expect(definitions.map(({ problem }) => problem)).toEqual([undefined]);
		},
	);

	test.each([
		["defineProvider<C, U>({ id: 'a' })", undefined],
		["defineProvider((config: C): ProviderDefinition<U> => ({ id: 'a' }))", undefined],
		["defineProvider(function (config: C): D { return { id: 'a' }; })", undefined],
		[
			"defineProvider((c: C): D => { const f = () => { return 1; }; if (c) return { id: 'a' }; return { id: 'b' }; })",
			undefined,
		],
		["defineProvider<C, U>((config) => ({ id: 'a' }))", "a function without a written return type"],
		["defineOidcProvider(() => ({ id: 'a' }))", "a function without a written return type"],
		["defineOidcProvider(definition)", "neither an object nor a function"],
		["defineOidcProvider((c: C): D => definition)", "what it returns is not written in place"],
		["defineProvider({ id: 'a', ...rest })", "a spread, in which a misspelt field is not seen"],
		[
			"defineProvider((c: C): D => ({ ...(c && { idServr: '' }) }))",
			"a spread, in which a misspelt field is not seen",
		],
	])("the problem of the definition %s is: %s", (text, problem) => {
		expect(definitionsOf("index.ts", text).map((definition) => definition.problem)).toEqual([problem]);
	});
});
