import { existsSync, globSync, readFileSync } from "node:fs";
import { type Node, parseSync } from "oxc-parser";
import { describe, expect, test } from "vitest";
import { sourcesIn } from "../src/imports.ts";
import { exportOf, providerPackages, root } from "../src/workspace.ts";

/** The AT Protocol has pushed requests, signed proofs and any number of servers: its own tests check the same. */
const OTHER_PROTOCOL = ["bluesky"];

const packages = providerPackages().filter(({ folder }) => !OTHER_PROTOCOL.includes(folder));

test("every provider package has a recording, except those with another protocol", () => {
	for (const { folder, path } of providerPackages())
		expect(existsSync(`${path}/test/recording.json`), folder).toBe(!OTHER_PROTOCOL.includes(folder));
});

/** A provider package can't leave out the contract, or a part of it. */
describe.each(packages)("the test of packages/$folder", ({ folder, path }) => {
	test(`the test of packages/${folder} calls testProvider with its own export and its own recording`, () => {
		const { program } = parse(`${path}/test/${folder}.test.ts`);
		const imports = new Map(program.body.flatMap((statement) => [...importedBy(statement)]));
		// At the top, where nothing skips it.
		const calls = program.body.map(argumentsOf("testProvider")).filter((names) => names !== undefined);
		expect(calls.map((names) => names.slice(0, 2).map((name) => imports.get(name)))).toContainEqual([
			expect.stringMatching(new RegExp(`^@oauth/${folder} (default|${exportOf(folder)})$`)),
			"./recording.json default",
		]);
		expect(imports.get("testProvider")).toBe("@oauth/testing/vitest testProvider");
	});
});

test("packages are imported by their names, and never by the path of a build", () => {
	const files = globSync(["packages/*/{src,test}/**/*.ts", "examples/*/{src,test}/**/*.ts"], {
		cwd: root,
		exclude: ["**/node_modules/**"],
	});
	expect(files.length).toBeGreaterThan(100);
	const paths = files.flatMap((file) =>
		sourcesIn(file, readFileSync(`${root}${file}`, "utf8"))
			.filter((source) => /(^|\/)dist\//.test(source))
			.map((source) => `${file}: ${source}`),
	);
	expect(paths).toEqual([]);
});

function parse(file: string) {
	return parseSync(file, readFileSync(file, "utf8"));
}

/** The names that an import makes, each with the module and the export that it stands for. */
function* importedBy(statement: Node): Generator<[name: string, meaning: string]> {
	if (statement.type !== "ImportDeclaration") return;
	for (const specifier of statement.specifiers) {
		const imported = specifier.type === "ImportSpecifier" ? specifier.imported : undefined;
		const name = imported ? ("name" in imported ? imported.name : imported.value) : "default";
		yield [specifier.local.name, `${statement.source.value} ${name}`];
	}
}

/** The names of the arguments, where a statement is a call of the function. */
function argumentsOf(name: string) {
	return (statement: Node): string[] | undefined => {
		if (statement.type !== "ExpressionStatement" || statement.expression.type !== "CallExpression")
			return undefined;
		const { callee, arguments: args } = statement.expression;
		if (callee.type !== "Identifier" || callee.name !== name) return undefined;
		return args.map((argument) => (argument.type === "Identifier" ? argument.name : argument.type));
	};
}
