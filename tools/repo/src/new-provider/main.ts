import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { computedFiles } from "../update.ts";
import { root } from "../workspace.ts";
import { type Facts, type Plan, planPackage, problemsOf } from "./facts.ts";
import { filesOf } from "./files.ts";

// `pnpm new <id> [facts.json]`: a package with all that is known in it. Its tests say what is missing.
const [id = "", factsFile] = process.argv.slice(2);
const path = `packages/${id}`;
const mistake =
	(!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(id) && `"${id}" is not an id: lower case letters, digits and hyphens`) ||
	(existsSync(root + path) && `${path} is there already`) ||
	(factsFile && !existsSync(factsFile) && `there is no file ${factsFile}`);
if (mistake) {
	console.error(`${mistake}\nUsage: pnpm new <id> [facts.json]`);
	process.exit(1);
}
const facts: Facts = factsFile ? JSON.parse(readFileSync(factsFile, "utf8")) : { name: id };
const plan = planPackage(id, facts);

function write(file: string, content: string): void {
	mkdirSync(dirname(root + file), { recursive: true });
	writeFileSync(root + file, content);
}

for (const [file, content] of Object.entries(filesOf(plan))) write(`${path}/${file}`, content);
write(
	`.changeset/first-release-${id}.md`,
	`---\n"@oauth/${id}": major\n---\n\nSign in with ${facts.name}.\n`,
);
execFileSync("biome", ["check", "--write", "--log-level=error", path], { cwd: root, stdio: "inherit" });
for (const [file, content] of Object.entries(computedFiles())) write(file, content);

console.log(`${path} is made.`);
for (const problem of problemsOf(facts)) console.log(`- Not understood: ${problem}`);
for (const line of notesFor(plan)) console.log(`- Not in the definition: ${line}`);
console.log(`Go on from what fails:
npx --yes pnpm@12 install && npx --yes pnpm@12 build && npx --yes pnpm@12 exec vitest run --project=unit ${path}`);

/** What the facts know and no field of a definition says, so that no test asks for it. */
function notesFor({ facts, settings }: Plan): string[] {
	const unused = (facts.config ?? []).filter((setting) => !settings.includes(setting));
	return [
		...unused.map(({ name, meaning }) => `the setting ${name}: ${meaning}`),
		...[facts.tokenRequest ?? []].flat().map((fact) => `about the token request: ${fact}`),
		...[facts.tokenResponse ?? []].flat().map((fact) => `about the token response: ${fact}`),
		...(facts.revoke?.note ? [`about the revocation: ${facts.revoke.note}`] : []),
	];
}
