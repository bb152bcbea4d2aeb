import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { compile, type TypeFault } from "../src/compile.ts";
import { generateProject, removeProject } from "../src/generated-project.ts";
import { exportOf, providerPackages, publicPackages, root } from "../src/workspace.ts";

/** The files beside the examples, so that each is a part of an app. */
const APP: Record<string, string> = {
	"db.ts": `import Database from "better-sqlite3";
export const db = new Database(":memory:");`,
	"auth.ts": `/// <reference types="lucia-auth" />
import { betterSqlite3 } from "@lucia-auth/adapter-sqlite";
import lucia from "lucia-auth";
import { db } from "./db.js";
export const auth = lucia({
	adapter: betterSqlite3(db as never),
	env: "DEV",
	transformDatabaseUser: (user) => ({ userId: user.id, username: user.username }),
});
declare global {
	namespace Lucia {
		type Auth = typeof auth;
		type UserAttributes = { username: string };
	}
}`,
};

// For the examples of the tokens' package.
APP["vault.ts"] = `import { tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
export const vault = tokenVault({ store: memoryStore(), keys: [""], providers: [] });`;

for (const { folder } of providerPackages()) {
	const name = exportOf(folder);
	APP[`${folder}.ts`] = `import { ${name} } from "@oauth/${folder}";
import { auth } from "./auth.js";
export const ${name}Auth = ${name}(auth, {} as never);`;
}

const documents = ["README.md", ...publicPackages().map((entry) => `packages/${entry.folder}/README.md`)].map(
	(document) => ({ document, folder: document.replaceAll("/", "-") }),
);

function examplesOf(document: string): string[] {
	const text = readFileSync(root + document, "utf8");
	return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

let project: string;
let errors: TypeFault[];
beforeAll(async () => {
	const files = { ...APP };
	for (const { document, folder } of documents)
		for (const [number, code] of examplesOf(document).entries())
			files[`${folder}/example-${number}.ts`] = `${code}\nexport {};\n`;
	// So each document's examples import the app's files as if they stood beside them.
	project = generateProject("readmes", files, {
		rootDirs: [".", ...documents.map(({ folder }) => `./${folder}`)],
	});
	errors = await compile(project);
});
afterAll(() => removeProject(project));

test.each(documents)("the examples of $document compile", ({ document, folder }) => {
	expect(examplesOf(document).length).toBeGreaterThan(0);
	expect(errors.filter(({ file }) => file.startsWith(`${project}/${folder}/`))).toEqual([]);
});

test("the app around the READMEs' examples compiles", () => {
	expect(
		errors.filter(({ file }) => !documents.some(({ folder }) => file.startsWith(`${project}/${folder}/`))),
	).toEqual([]);
});
