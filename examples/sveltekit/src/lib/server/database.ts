import { setTimeout } from "node:timers/promises";
import Database from "better-sqlite3";
import { building } from "$app/env";
import { DATABASE_FILE } from "$app/env/private";

/** In memory during the build, which loads this module too and must leave no file behind. */
export const database = new Database(building ? ":memory:" : DATABASE_FILE);

// With a write-ahead log, several processes can share the file.
await useWriteAheadLog();
database.pragma("foreign_keys = ON");

// Lucia's three tables, and that of `@oauth/tokens`. An e-mail address is data and never an identity, so it is not unique.
database.exec(`
	CREATE TABLE IF NOT EXISTS auth_user (
		id TEXT NOT NULL PRIMARY KEY,
		name TEXT NOT NULL,
		email TEXT,
		email_verified INTEGER,
		picture TEXT
	);
	CREATE TABLE IF NOT EXISTS auth_session (
		id TEXT NOT NULL PRIMARY KEY,
		user_id TEXT NOT NULL REFERENCES auth_user (id),
		active_expires INTEGER NOT NULL,
		idle_expires INTEGER NOT NULL
	);
	CREATE TABLE IF NOT EXISTS auth_key (
		id TEXT NOT NULL PRIMARY KEY,
		user_id TEXT NOT NULL REFERENCES auth_user (id),
		primary_key INTEGER NOT NULL,
		hashed_password TEXT,
		expires INTEGER
	);
	CREATE TABLE IF NOT EXISTS oauth_grants (
		user_id TEXT NOT NULL REFERENCES auth_user (id) ON DELETE CASCADE,
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
	) STRICT, WITHOUT ROWID;
	CREATE INDEX IF NOT EXISTS auth_session_user_id ON auth_session (user_id);
	CREATE INDEX IF NOT EXISTS auth_key_user_id ON auth_key (user_id);
`);

/** Retries, because for this statement SQLite doesn't wait for another process that is starting too. */
async function useWriteAheadLog(attempts = 200): Promise<void> {
	try {
		database.pragma("journal_mode = WAL");
	} catch (error) {
		if (!attempts || (error as { code?: string }).code !== "SQLITE_BUSY") throw error;
		await setTimeout(10);
		await useWriteAheadLog(attempts - 1);
	}
}
