/// <reference types="lucia-auth" />
import { betterSqlite3 } from "@lucia-auth/adapter-sqlite";
import Database from "better-sqlite3";
import lucia from "lucia-auth";

declare global {
	namespace Lucia {
		type Auth = ReturnType<typeof createLucia1>;
		type UserAttributes = { username: string };
	}
}

/** Creates lucia-auth 1.x on SQLite, with the schema of its documentation. */
export function createLucia1(db: Database.Database) {
	return lucia({
		// The adapter was typed for better-sqlite3 8.
		adapter: betterSqlite3(db as never),
		env: "DEV",
		transformDatabaseUser: (user) => ({ userId: user.id, username: user.username }),
	});
}

/** Opens a database with Lucia's tables, which it creates if they are missing. */
export function createDatabase(file = ":memory:"): Database.Database {
	const db = new Database(file);
	db.exec(`
		CREATE TABLE IF NOT EXISTS auth_user (
			id TEXT NOT NULL PRIMARY KEY,
			username TEXT NOT NULL
		);
		CREATE TABLE IF NOT EXISTS auth_key (
			id TEXT NOT NULL PRIMARY KEY,
			user_id TEXT NOT NULL REFERENCES auth_user (id),
			primary_key INTEGER NOT NULL DEFAULT 0,
			hashed_password TEXT,
			expires INTEGER
		);
		CREATE TABLE IF NOT EXISTS auth_session (
			id TEXT NOT NULL PRIMARY KEY,
			user_id TEXT NOT NULL REFERENCES auth_user (id),
			active_expires INTEGER NOT NULL,
			idle_expires INTEGER NOT NULL
		);
	`);
	return db;
}
