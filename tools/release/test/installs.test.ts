import { spawn } from "node:child_process";
import { cpSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { Browser } from "@oauth/test-kit/browser";
import { emulate, registrationOf } from "@oauth/test-kit/emulate";
import { cookiePair } from "@oauth/test-kit/sign-in";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { publicPackages, root } from "../../repo/src/workspace.ts";
import { type CleanFolder, cleanFolder } from "../src/clean-folder.ts";
import { type Registry, startRegistry } from "../src/registry.ts";
import { tunnel } from "../src/tunnel.ts";
import { publishAll } from "../src/workspace-copy.ts";

const { resolve } = createRequire(import.meta.url);
const CLIENT = {
	clientId: "Iv1.8a61f9b3a7aba766",
	clientSecret: "secret-of-the-github-app",
	redirectUri: "https://example.com/login/github/callback",
};

let registry: Registry;
beforeAll(async () => {
	registry = await startRegistry();
	await publishAll(registry.url);
});
afterAll(() => registry.stop());

/** Each package manager may run scripts, and install packages that were published a moment ago. */
const INSTALLS = {
	npm: (folder: CleanFolder, names: string[]) =>
		folder.run("npm", ["install", "--ignore-scripts=false", ...names]),
	pnpm(folder: CleanFolder, names: string[]) {
		folder.write("pnpm-workspace.yaml", "dangerouslyAllowAllBuilds: true\nminimumReleaseAge: 0\n");
		return folder.run("pnpm", ["add", ...names]);
	},
	"yarn 1": (folder: CleanFolder, names: string[]) =>
		folder.run(process.execPath, [resolve("yarn/bin/yarn.js"), "add", ...names]),
	"yarn 4"(folder: CleanFolder, names: string[]) {
		folder.write(
			".yarnrc.yml",
			`nodeLinker: node-modules
enableScripts: true
enableTelemetry: false
npmScopes: { oauth: { npmRegistryServer: "${registry.url}", npmMinimalAgeGate: 0 } }
unsafeHttpWhitelist: ["127.0.0.1"]
`,
		);
		return folder.run(process.execPath, [resolve("@yarnpkg/cli-dist/bin/yarn.js"), "add", ...names]);
	},
};

/** The packages that the installation of a provider adds. */
const PACKAGES = {
	github: ["@oauth/core", "@oauth/github"],
	google: ["@oauth/core", "@oauth/google", "@oauth/oidc", "jose"],
};

describe.each(Object.entries(INSTALLS))("%s", (manager, install) => {
	test.each(Object.entries(PACKAGES))(
		`${manager} installs @oauth/%s as %j, none of which has an install script`,
		async (id, packages) => {
			const folder = cleanFolder(registry.url);
			await install(folder, [`@oauth/${id}`]);
			const installed = folder.installed();
			expect(installed.map(({ name }) => name).sort()).toEqual(packages);
			for (const { name, scripts } of installed)
				for (const script of ["preinstall", "install", "postinstall"])
					expect(scripts ?? {}, name).not.toHaveProperty(script);
		},
	);

	test(`the README's example compiles and signs in after an install with ${manager}`, async () => {
		const folder = cleanFolder(registry.url);
		const readme = readFileSync(`${root}packages/github/README.md`, "utf8");
		const [, names = ""] = /^npm install (.*)$/m.exec(readme) ?? [];
		await install(folder, names.split(" "));
		const coreReadme = readFileSync(`${root}packages/core/README.md`, "utf8");
		folder.write("github.ts", exampleIn(readme, "// github.ts"));
		folder.write("login.ts", exampleIn(coreReadme, "// GET /login/github:"));
		folder.write("callback.ts", exampleIn(coreReadme, "// GET /login/github/callback:"));
		cpSync(fileURLToPath(new URL("../app", import.meta.url)), folder.path, { recursive: true });
		await compile(folder, "ESNext", "bundler");
		await compile(folder, "NodeNext", "nodenext");

		const emulator = await emulate("github", {
			users: [{ login: "octoada", name: "Ada Lovelace", email: "ada@example.com" }],
			oauth_apps: [registrationOf(CLIENT)],
		});
		const app = await startApp(folder, emulator);
		const login = await fetch(`${app}/login/github`, { redirect: "manual" });
		const { origin, pathname, search } = new URL(login.headers.get("location") ?? "");
		expect(origin).toBe("https://github.com");
		const browser = new Browser(emulator);
		const { url } = await browser.submit(await browser.open(pathname + search), "octoada");
		const callback = await fetch(url.replace("https://example.com", app), {
			headers: { cookie: cookiePair(login.headers.get("set-cookie") ?? "") },
			redirect: "manual",
		});
		expect(callback.headers.get("location")).toBe("/");
		const cookies = callback.headers.getSetCookie();
		expect(cookies).toContainEqual(expect.stringMatching(/^auth_session=session-of-octoada;/));
	});
});

test("every package can be imported, with its types, where nothing else is installed", async () => {
	const folder = cleanFolder(registry.url);
	const names = publicPackages().map(({ manifest }) => manifest.name);
	// Other packages have the versions of this repository, so that a new release of theirs can't break the test.
	cpSync(`${root}pnpm-lock.yaml`, `${folder.path}/pnpm-lock.yaml`);
	await INSTALLS.pnpm(folder, names);
	const exports = names.map((name) => `export * as ${name.replace(/\W/g, "_")} from "${name}";`);
	folder.write("all.ts", exports.join("\n"));
	await compile(folder, "ESNext", "bundler");
	await compile(folder, "NodeNext", "nodenext");
	expect(await folder.run(process.execPath, ["built/all.js"])).toBe("");
});

/** Returns the first TypeScript block of a README that begins with this comment. */
function exampleIn(readme: string, comment: string): string {
	const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code = ""]) => code);
	return blocks.find((code) => code.startsWith(comment)) ?? "";
}

/** Compiles a folder in strict mode, and checks the types of the packages too. */
async function compile(folder: CleanFolder, module: string, moduleResolution: string): Promise<void> {
	folder.write("tsconfig.json", {
		compilerOptions: {
			target: "ES2022",
			module,
			moduleResolution,
			lib: ["ES2022", "DOM", "DOM.Iterable"],
			typeRoots: [`${root}node_modules/@types`],
			types: ["node"],
			strict: true,
			skipLibCheck: false,
			outDir: "built",
		},
		include: ["*.ts"],
	});
	await folder.run(`${root}node_modules/.bin/tsc`, ["-p", "."]);
}

/** Runs the compiled app, whose requests to GitHub go to the emulator. Returns the app's URL. */
async function startApp(folder: CleanFolder, emulator: string): Promise<string> {
	const { url, certificate } = await tunnel(["github.com", "api.github.com"], emulator);
	folder.write("github.pem", certificate);
	const app = spawn(process.execPath, ["built/server.js"], {
		cwd: folder.path,
		env: {
			GITHUB_CLIENT_ID: CLIENT.clientId,
			GITHUB_CLIENT_SECRET: CLIENT.clientSecret,
			NODE_USE_ENV_PROXY: "1",
			HTTPS_PROXY: url,
			NODE_EXTRA_CA_CERTS: `${folder.path}/github.pem`,
		},
		stdio: ["ignore", "pipe", "inherit"],
	});
	onTestFinished(() => void app.kill());
	const { value } = await createInterface(app.stdout)[Symbol.asyncIterator]().next();
	return `http://127.0.0.1:${value}`;
}
