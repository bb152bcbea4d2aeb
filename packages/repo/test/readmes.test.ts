import { execFile } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { exportOf, providerPackages, publicPackages, root } from "../src/workspace.ts";

/** The rest of the app that the examples are a part of. */
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

for (const { folder } of providerPackages()) {
	const name = exportOf(folder);
	APP[`${folder}.ts`] = `import { ${name} } from "@oauth/${folder}";
import { auth } from "./auth.js";
export const ${name}Auth = ${name}(auth, {} as never);`;
}

const folder = `${root}packages/repo/.examples`;
const documents = ["README.md", ...publicPackages().map((entry) => `packages/${entry.folder}/README.md`)];

function examplesOf(document: string): string[] {
	const text = readFileSync(root + document, "utf8");
	return [...text.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
}

beforeAll(() => {
	rmSync(folder, { recursive: true, force: true });
	for (const [index, document] of documents.entries()) {
		const app = `${folder}/${index}`;
		mkdirSync(app, { recursive: true });
		for (const [file, content] of Object.entries(APP)) writeFileSync(`${app}/${file}`, content);
		for (const [number, code] of examplesOf(document).entries())
			writeFileSync(`${app}/example-${number}.ts`, `${code}\nexport {};\n`);
		writeFileSync(
			`${app}/tsconfig.json`,
			JSON.stringify({ extends: "../../../../tsconfig.test.json", include: ["."], exclude: [] }),
		);
	}
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each(documents.map((document, index) => ({ document, index })))(
	"the examples of $document compile",
	async ({ document, index }) => {
		expect(examplesOf(document).length).toBeGreaterThan(0);
		const { stdout } = await promisify(execFile)(`${root}node_modules/.bin/tsc`, [
			"-p",
			`${folder}/${index}`,
		]).catch((error: { stdout: string }) => error);
		expect(stdout).toBe("");
	},
);
