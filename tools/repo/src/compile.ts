import { execFile } from "node:child_process";
import { relative } from "node:path";
import { promisify } from "node:util";
import { root } from "./workspace.ts";

/** An error of the type checker. */
export interface TypeFault {
	/** From the repository's root. */
	file: string;
	line: number;
	message: string;
}

/** Checks the types of a project and returns the errors. */
export async function compile(project: string): Promise<TypeFault[]> {
	const { stdout } = await promisify(execFile)(
		`${root}node_modules/.bin/tsc`,
		["-p", project, "--pretty", "false"],
		{
			cwd: root,
		},
	).catch((error: { stdout: string }) => error);
	const errors: TypeFault[] = [];
	for (const text of stdout.split("\n")) {
		const [, file, line, message] = /^(.+)\((\d+),\d+\): error (.*)$/.exec(text) ?? [];
		if (file && message) errors.push({ file: relative(root, `${root}${file}`), line: Number(line), message });
		else if (text.startsWith("error ")) throw new Error(text);
		// The lines that belong to an error are indented.
		else if (errors.length > 0) (errors.at(-1) as TypeFault).message += `\n${text}`;
	}
	return errors;
}
