import { type SqlStoreOptions, sqlStore } from "./sql.js";
import { SQLITE_NOW } from "./sqlite.js";
import type { GrantStore } from "./store.js";

export type { SqlStoreOptions } from "./sql.js";
export { schema } from "./sqlite.js";

/** A binding of Cloudflare D1, such as `env.DB`. */
export interface D1Database {
	prepare(statement: string): {
		bind(...params: (string | number | null)[]): { all(): Promise<{ results: unknown[] }> };
	};
}

/**
 * Keeps grants in Cloudflare D1. Create the table first: see {@link schema}.
 *
 * @param database the binding itself, not a session of it, which may read from a replica
 */
export function d1Store(database: D1Database, options: SqlStoreOptions = {}): GrantStore {
	return sqlStore(
		{
			now: SQLITE_NOW,
			async run(statement, params) {
				const { results } = await database
					.prepare(statement)
					.bind(...params)
					.all();
				return results;
			},
		},
		options,
	);
}
