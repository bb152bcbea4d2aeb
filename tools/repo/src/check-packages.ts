import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkPackage, createPackageFromTarballData, type Package } from "@arethetypeswrong/core";
import { problemKindInfo } from "@arethetypeswrong/core/problems";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { importsOf } from "./imports.ts";
import { pack } from "./pack.ts";
import { type Manifest, publicPackages, type WorkspacePackage } from "./workspace.ts";

/** A package with its tarball, and the text of each packed file by its path in the package. */
interface Packed extends WorkspacePackage {
	tarball: Uint8Array<ArrayBuffer>;
	content: Package;
	files: Map<string, string>;
}

const packages = publicPackages();

/** The properties of a problem with the types that say where it is. */
const WHERE = ["entrypoint", "resolutionKind", "fileName", "moduleSpecifier", "typesFileName"];

function without(all: string[], some: string[]): string[] {
	return [...new Set(all)].filter((entry) => !some.includes(entry));
}

/** Expects the builds of the sources, the manifest and the documents, and no other file. */
function checkFiles({ path, manifest, files }: Packed): string[] {
	const sources = readdirSync(`${path}/src`, { recursive: true, encoding: "utf8" }).filter((file) =>
		file.endsWith(".ts"),
	);
	const built = sources.flatMap((file) =>
		[".js", ".d.ts"].map((end) => `dist/${file.replace(/\.ts$/, end)}`),
	);
	const changelog = manifest.version === "0.0.0" ? [] : ["CHANGELOG.md"];
	const expected = ["package.json", "README.md", "LICENSE", ...changelog, ...built];
	const found = [...files.keys()];
	return [
		...without(expected, found).map((file) => `${file} is missing`),
		...without(found, expected).map((file) => `${file} doesn't belong in it`),
	];
}

async function checkExports({ tarball }: Packed): Promise<string[]> {
	const { messages, pkg } = await publint({ pack: { tarball: tarball.buffer }, strict: true });
	return messages.map((message) => formatMessage(message, pkg, { color: false }) ?? message.code);
}

async function checkTypes({ content }: Packed): Promise<string[]> {
	const analysis = await checkPackage(content);
	if (!analysis.types) return ["it has no types"];
	// The packages are ES modules, so nothing has to `require` them.
	return analysis.problems
		.filter((problem) => !("resolutionKind" in problem && problem.resolutionKind.endsWith("-cjs")))
		.map((problem) => `${problemKindInfo[problem.kind].title}: ${JSON.stringify(problem, WHERE)}`);
}

/** Expects the manifest to list the imports of the code and of the types, and no other package but what an app may pass in. */
function checkDependencies({ files }: Packed): string[] {
	const { dependencies, peerDependencies }: Manifest = JSON.parse(files.get("package.json") ?? "");
	const listed = Object.keys({ ...dependencies, ...(peerDependencies as object) });
	const imported = [...files].flatMap(([file, text]) => (/\.[jt]s$/.test(file) ? importsOf(file, text) : []));
	return [
		...without(imported, listed).map((name) => `${name} is imported, and not a dependency`),
		...without(Object.keys(dependencies ?? {}), imported).map(
			(name) => `${name} is a dependency, and not imported`,
		),
	];
}

async function problemsOf(file: string): Promise<string[]> {
	const tarball = new Uint8Array(readFileSync(file));
	const content = createPackageFromTarballData(tarball);
	const name = content.packageName;
	const source = packages.find(({ manifest }) => manifest.name === name);
	if (!source) return [`${name}: it is none of the public packages`];
	const paths = content.listFiles();
	const files = new Map(
		paths.map((path) => [path.replace(`/node_modules/${name}/`, ""), content.readFile(path)]),
	);
	const packed = { ...source, tarball, content, files };
	const checks = [checkFiles, checkExports, checkTypes, checkDependencies];
	const problems = await Promise.all(checks.map((check) => check(packed)));
	return problems.flat().map((problem) => `${name}: ${problem}`);
}

// Checks the tarballs in the folder that is given, or packs every package and checks these.
const [given] = process.argv.slice(2);
const folder = given ?? mkdtempSync(join(tmpdir(), "oauth-packages-"));
try {
	if (!given) pack(folder);
	const tarballs = readdirSync(folder).filter((file) => file.endsWith(".tgz"));
	const problems = (await Promise.all(tarballs.map((file) => problemsOf(join(folder, file))))).flat();
	for (const problem of problems) console.error(problem);
	if (problems.length > 0) process.exitCode = 1;
	console.log(`${tarballs.length} packages: files, exports, types and dependencies are checked`);
} finally {
	if (!given) rmSync(folder, { recursive: true, force: true });
}
