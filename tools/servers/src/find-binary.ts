import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/**
 * Returns the path of the first of these programs that is installed.
 *
 * @param folders those to look into before the ones of PATH
 */
export function findBinary(names: [string, ...string[]], folders: string[] = []): string {
	for (const folder of [...folders, ...(process.env.PATH ?? "").split(delimiter)])
		for (const name of names) {
			const file = join(folder, name);
			try {
				accessSync(file, constants.X_OK);
				return file;
			} catch {
				// It is in another folder.
			}
		}
	throw new Error(`${names.join(" or ")} is not installed on this machine`);
}
