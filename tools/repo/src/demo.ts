import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "./workspace.ts";

// `pnpm demo [example]`: installs and builds an example with the packed packages, and starts it.
const examples = join(root, "examples");
const demoOf = (name: string) => join(examples, name, "demo.ts");
const [name = "sveltekit"] = process.argv.slice(2);
if (!existsSync(demoOf(name))) {
	const names = readdirSync(examples).filter((folder) => existsSync(demoOf(folder)));
	console.error(`There is no example ${name}. There are: ${names.join(", ")}`);
	process.exit(1);
}

function pnpm(...args: string[]): void {
	execFileSync("pnpm", ["--dir", examples, ...args], { stdio: "inherit" });
}

pnpm("--filter", `@oauth/example-${name}...`, "install", "--frozen-lockfile");
pnpm("--filter", `@oauth/example-${name}`, "run", "--if-present", "build");
await import(demoOf(name));
