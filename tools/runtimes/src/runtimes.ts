import { fileURLToPath } from "node:url";

export interface Runtime {
	name: string;
	/** A part of the output of `--version`. */
	version: string;
	/** Serves the app, and prints the URL on which it listens. */
	command: string[];
	/** Cancels all work of a request whose client has gone away. */
	endsWithClient?: boolean;
}

const bin = (path: string) => fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));

const node = (name: string) => [bin(`${name}/bin/node`), "node.js"];

const workerd = (config: string) => ({
	version: "workerd ",
	command: [bin("workerd/bin/workerd"), "serve", "workerd.capnp", config, "--control-fd=1"],
	endsWithClient: true,
});

/** The first one is the oldest that `engines` allows. */
export const runtimes: Runtime[] = [
	{ name: "Node 20.0.0", version: "v20.0.0", command: node("node-20.0.0") },
	{ name: "Node 20", version: "v20.", command: node("node-20") },
	{ name: "Node 22", version: "v22.", command: node("node-22") },
	{ name: "Node 24", version: "v24.", command: node("node-24") },
	{ name: "Node 26", version: "v26.", command: node("node-26") },
	{ name: "Bun", version: "1.", command: [bin("bun/bin/bun.exe"), "--no-install", "bun.js"] },
	{
		name: "Deno",
		version: "deno 2.",
		command: [bin("deno/deno"), "run", "--no-prompt", "--no-remote", "--allow-net=127.0.0.1", "deno.js"],
	},
	{ name: "workerd", ...workerd("today") },
	{ name: "workerd as of 2024", ...workerd("earlier") },
];
