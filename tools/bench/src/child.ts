import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** A module of this folder in its own process. */
export interface Child {
	/** Sends a message, if there is one, and waits for the next message of the process. */
	ask<Reply>(message?: unknown): Promise<Reply>;
	stop(): void;
}

export function startChild(module: string, argument: unknown = null, execArgv: string[] = []): Child {
	const { PATH } = process.env;
	const child = fork(fileURLToPath(import.meta.resolve(module)), [JSON.stringify(argument)], {
		execArgv,
		env: { PATH, NODE_ENV: "production" },
		// The results on stdout stay free of a contender's log.
		stdio: ["ignore", process.stderr, process.stderr, "ipc"],
	});
	const ended = once(child, "exit").then(() => {
		throw new Error(`${module} ended: ${JSON.stringify(argument)}`);
	});
	ended.catch(() => {});
	return {
		async ask<Reply>(message?: unknown) {
			const reply = once(child, "message") as Promise<[Reply]>;
			if (message !== undefined) child.send(message as object);
			return (await Promise.race([reply, ended]))[0];
		},
		stop: () => void child.kill(),
	};
}

/** Runs a module that sends one message, and returns the message. */
export async function runChild<Reply>(
	module: string,
	argument?: unknown,
	execArgv?: string[],
): Promise<Reply> {
	const child = startChild(module, argument, execArgv);
	try {
		return await child.ask<Reply>();
	} finally {
		child.stop();
	}
}
