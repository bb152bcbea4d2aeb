import { readFileSync } from "node:fs";
import { describe, expect, onTestFinished, test } from "vitest";
import { compile } from "../src/compile.ts";
import { generateProject, removeProject } from "../src/generated-project.ts";
import { hover } from "../src/language-server.ts";
import { exportOf, providerPackages, root } from "../src/workspace.ts";

const folder = "tools/repo/test/types";
const providers = providerPackages().map(({ folder: id }) => ({ id, name: exportOf(id) }));
const imports = providers.map(({ id, name }) => `import ${name} from "@oauth/${id}";\n`).join("");

describe.each(["lucia-1", "lucia-2"])("types/%s/errors.ts", async (project) => {
	const file = `${folder}/${project}/errors.ts`;
	const lines = readFileSync(root + file, "utf8").split("\n");
	const errors = (await compile(`${folder}/${project}`)).map((error) => ({
		...error,
		/** The comment above it, in which `{any}` matches anything. */
		expected: /^\s*\/\/ (.*)$/.exec(lines[error.line - 2] ?? "")?.[1],
	}));

	test.each(errors)(
		`line $line of types/${project}/errors.ts does not compile: $expected`,
		({ file: place, expected, message }) => {
			expect(place).toBe(file);
			expect(expected, message).toBeDefined();
			for (const part of expected?.split(" {any} ") ?? []) expect(message).toContain(part);
		},
	);

	test(`no mistake in types/${project}/errors.ts compiles`, () => {
		// A sentence of prose ends with a full stop, a message that is expected doesn't.
		const expected = lines.flatMap((line) => /^\s*\/\/ (.*[^.])$/.exec(line)?.[1] ?? []);
		expect(errors.map((error) => error.expected)).toEqual(expected);
		expect(expected.length).toBeGreaterThan(2);
	});
});

describe("under exactOptionalPropertyTypes, without the DOM's types", () => {
	const strict = { exactOptionalPropertyTypes: true, skipLibCheck: false, lib: ["ES2023"] };

	test("settings from process.env and undefined options compile under exactOptionalPropertyTypes", async () => {
		expect(await compile(`${folder}/exact`)).toEqual([]);
	});

	test("every optional setting of every provider takes undefined under exactOptionalPropertyTypes", async () => {
		const checks = providers.map(
			({ name }) => `	${name}: true as TakesUndefined<Parameters<typeof ${name}>[0]>,\n`,
		);
		const project = generateProject(
			"undefined-settings",
			{
				"index.ts": `${imports}
type OptionalKey<Config> = { [Key in keyof Config]-?: object extends Pick<Config, Key> ? Key : never }[keyof Config];
type TakesUndefined<Config> = { [Key in OptionalKey<Config>]?: Config[Key] | undefined } extends Pick<Config, OptionalKey<Config>> ? true : "an optional setting without undefined";
export const control: TakesUndefined<{ a: string; b?: string }> = "an optional setting without undefined";
export const all: Record<string, true> = {\n${checks.join("")}};\n`,
			},
			strict,
		);
		onTestFinished(() => removeProject(project));
		expect(await compile(project)).toEqual([]);
	});
});

test("hovering over a provider shows the provider's own docstring", async () => {
	const calls = providers.map(({ name }) => `${name}({} as never);\n`);
	const shown = await hover(`${root}${folder}/hover.ts`, imports + calls.join(""), calls);
	for (const [index, { name }] of providers.entries()) {
		expect(shown[index], name).toContain(`${name}: (config: `);
		expect(shown[index], name).toMatch(/Sign in with .+@see — https:\/\//s);
	}
});
