import { type SqlStoreOptions, sqlStore } from "./sql.js";
import type { GrantStore } from "./store.js";

export type { SqlStoreOptions } from "./sql.js";

/** A database of `better-sqlite3`, `node:sqlite` or `bun:sqlite`. */
export interface SqliteDatabase {
	prepare(statement: string): { all(...params: (string | number | null)[]): unknown[] };
}

/** The clock of SQLite and D1. */
export const SQLITE_NOW = "CAST(unixepoch('subsec') * 1000 AS INTEGER)";

/** The table, for a migration of your own. `user_id` can have the type of your users' ids, and refer to them. */
export const schema = `CREATE TABLE oauth_grants (
	user_id TEXT NOT NULL,
	provider_id TEXT NOT NULL,
	provider_user_id TEXT NOT NULL,
	sealed TEXT NOT NULL,
	revision TEXT NOT NULL,
	fence INTEGER NOT NULL,
	state TEXT NOT NULL,
	problem TEXT,
	scope TEXT,
	expires_at INTEGER,
	lease_until INTEGER,
	retry_at INTEGER,
	PRIMARY KEY (user_id, provider_id)
) STRICT, WITHOUT ROWID;`;

/**
 * Keeps grants in SQLite, for the processes of one machine. The file must be on a disk of that machine. Create the table
 * first: see {@link schema}.
 *
 * @param database a database of `better-sqlite3`, `node:sqlite` or `bun:sqlite`, from SQLite 3.42 on
 */
export function sqliteStore(database: SqliteDatabase, options: SqlStoreOptions = {}): GrantStore {
	const prepared = new Map<string, ReturnType<SqliteDatabase["prepare"]>>();
	return sqlStore(
		{
			now: SQLITE_NOW,
			async run(text, params) {
				const statement = prepared.get(text) ?? database.prepare(text);
				prepared.set(text, statement);
				return statement.all(...params);
			},
		},
		options,
	);
}
