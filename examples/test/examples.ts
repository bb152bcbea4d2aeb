import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** The examples of this repository, or a copy of them elsewhere that is installed and built. */
export const folder = process.env.EXAMPLES ?? join(import.meta.dirname, "..");

export interface User {
	id: string;
	name: string;
	email: string | null;
	emailVerified: boolean | null;
	picture: string | null;
	/** Provider and the provider's user id, with a colon between them, in order. */
	accounts: string[];
}

/** `test/database.ts` of an example. */
interface DatabaseModule {
	/** What tells another process to use the same database; absent where two can't share one. */
	setting?: string;
	/** What the app has stored, in the database that it told of when it started. */
	readUsers(database: string): User[] | Promise<User[]>;
}

export interface Example {
	name: string;
	database: DatabaseModule;
}

/** Every folder with a `demo.ts`. */
export const examples: Example[] = await Promise.all(
	readdirSync(folder)
		.filter((name) => existsSync(join(folder, name, "demo.ts")))
		.map(async (name) => ({ name, database: await import(join(folder, name, "test/database.ts")) })),
);
