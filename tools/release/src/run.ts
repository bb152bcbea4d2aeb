import { execFile } from "node:child_process";
import { promisify } from "node:util";

export interface RunOptions {
	cwd: string;
	env?: NodeJS.ProcessEnv;
}

/** Runs a program and returns its output. If the program fails, throws an error with its output. */
export async function run(program: string, args: string[], { cwd, env }: RunOptions): Promise<string> {
	try {
		const { stdout, stderr } = await promisify(execFile)(program, args, {
			cwd,
			env: { ...environment(), ...env },
		});
		return stdout + stderr;
	} catch (error) {
		const { stdout, stderr } = error as { stdout?: string; stderr?: string };
		throw new Error(`${[program, ...args].join(" ")}\n${stdout}${stderr}`, { cause: error });
	}
}

/** Returns the environment without the variables that a package manager sets for scripts, and a CI for publishers. */
function environment(): NodeJS.ProcessEnv {
	const foreign = /^(npm_|pnpm_(config|package)_|yarn_|init_cwd$|actions_|github_)/i;
	const own = Object.entries(process.env).filter(([name]) => !foreign.test(name));
	return { ...Object.fromEntries(own), CI: "true" };
}
