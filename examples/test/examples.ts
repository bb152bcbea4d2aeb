import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The examples of this repository, or an installed and built copy of them elsewhere. */
export const folder = process.env.EXAMPLES ?? join(import.meta.dirname, "..");

/** The folders with a `demo.ts`. */
export const examples = readdirSync(folder).filter((name) => existsSync(join(folder, name, "demo.ts")));

export interface User {
	id: string;
	name: string;
	email: string | null;
	emailVerified: boolean | null;
	picture: string | null;
	/** Provider and the provider's user id, separated by a colon, in order. */
	accounts: string[];
}

/** `test/database.ts` of an example. */
export interface DatabaseModule {
	/** The setting by which another process uses the same database; absent where two processes can't share one. */
	setting?: string;
	/** Reads what the app has stored, in the database that the launcher printed. */
	readUsers(database: string): User[] | Promise<User[]>;
	/** Reads the tokens as the app has stored them; absent where it keeps none. */
	readGrants?(database: string): unknown[] | Promise<unknown[]>;
}

export function importDatabase(example: string): Promise<DatabaseModule> {
	return import(join(folder, example, "test/database.ts"));
}
