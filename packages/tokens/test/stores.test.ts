import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { PGlite } from "@electric-sql/pglite";
import { testStore } from "@oauth/testing/vitest";
import type { GrantStore } from "@oauth/tokens";
import { d1Store } from "@oauth/tokens/d1";
import { memoryStore } from "@oauth/tokens/memory";
import { postgresStore, schema as schemaOfPostgres } from "@oauth/tokens/postgres";
import { schema as schemaOfSqlite, sqliteStore } from "@oauth/tokens/sqlite";
import Database from "better-sqlite3";
import { drizzle as drizzleSqlite } from "drizzle-orm/better-sqlite3";
import { drizzle as drizzlePglite } from "drizzle-orm/pglite";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

let folder: string;
const opened: { close(): unknown }[] = [];
afterAll(async () => {
	for (const database of opened) await database.close();
	rmSync(folder, { recursive: true, force: true });
});

/** Closes a database when all tests are done. */
function closeLater<Opened extends { close(): unknown }>(database: Opened): Opened {
	opened.push(database);
	return database;
}

function openFile(name: string): Database.Database {
	const database = closeLater(new Database(join(folder, name)));
	database.pragma("journal_mode = WAL");
	return database;
}

function openMemory(): Database.Database {
	return closeLater(new Database(":memory:"));
}

let pglite: PGlite;
beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "oauth-stores-"));
	pglite = closeLater(await PGlite.create());
});

/** The schema for a table of another name, or a user's id of another type. */
const inSchema = (schema: string) => schema.replace("oauth_grants", "auth.oauth_grants");
const withUserId = (schema: string, type: string) => schema.replace(/user_id text/i, `user_id ${type}`);

describe("memory", () => testStore(memoryStore));

describe("better-sqlite3", () => {
	testStore(() => {
		const database = openFile("better-sqlite3.db");
		database.exec(schemaOfSqlite);
		return sqliteStore(database);
	});
});

describe("node:sqlite", () => {
	testStore(() => {
		const database = closeLater(new DatabaseSync(join(folder, "node-sqlite.db")));
		database.exec(schemaOfSqlite);
		return sqliteStore(database);
	});
});

describe("Drizzle with better-sqlite3", () => {
	testStore(() => {
		const db = drizzleSqlite(openMemory());
		db.$client.exec(schemaOfSqlite);
		return sqliteStore(db.$client);
	});
});

describe("PGlite", () => {
	testStore(async () => {
		await pglite.exec(schemaOfPostgres);
		return postgresStore(pglite);
	});
});

describe("Drizzle with PGlite", () => {
	testStore(async () => {
		const db = drizzlePglite(closeLater(await PGlite.create()));
		await db.$client.exec(schemaOfPostgres);
		return postgresStore(db.$client);
	});
});

describe("a table in a schema of its own in SQLite", () => {
	testStore(() => {
		const database = openMemory();
		database.exec("ATTACH ':memory:' AS auth");
		database.exec(inSchema(schemaOfSqlite));
		return sqliteStore(database, { table: "auth.oauth_grants" });
	});
});

describe("a table in a schema of its own in PostgreSQL", () => {
	testStore(async () => {
		await pglite.exec("CREATE SCHEMA auth");
		await pglite.exec(inSchema(schemaOfPostgres));
		return postgresStore(pglite, { table: "auth.oauth_grants" });
	});
});

describe("users with a number as their id in SQLite", () => {
	let database: Database.Database;
	const open = () => {
		database = openMemory();
		database.pragma("foreign_keys = ON");
		database.exec("CREATE TABLE users (id INTEGER PRIMARY KEY)");
		database.exec(withUserId(schemaOfSqlite, "INTEGER REFERENCES users (id) ON DELETE CASCADE"));
		return sqliteStore(database);
	};
	testStore(open, {
		newUserId: () => `${database.prepare("INSERT INTO users DEFAULT VALUES").run().lastInsertRowid}`,
	});

	test("grants in SQLite go with their user where the app's schema says so", async () => {
		const store = open();
		database.prepare("INSERT INTO users VALUES (42), (43)").run();
		await expectCascade(store, ["42", "43"], async () => {
			database.prepare("DELETE FROM users WHERE id = 42").run();
		});
	});
});

describe("users with a UUID as their id in PostgreSQL", () => {
	const table = "grants_of_uuids";
	const open = async () => {
		const user = "uuid REFERENCES users (id) ON DELETE CASCADE";
		const schema = withUserId(schemaOfPostgres, user).replace("oauth_grants", table);
		await pglite.exec(`CREATE TABLE users (id uuid PRIMARY KEY); ${schema}`);
		return postgresStore(pglite, { table });
	};
	const newUserId = async () => {
		const id = randomUUID();
		await pglite.query("INSERT INTO users VALUES ($1)", [id]);
		return id;
	};
	testStore(open, { newUserId });

	test("grants in PostgreSQL go with their user where the app's schema says so", async () => {
		const userIds = [await newUserId(), await newUserId()] as const;
		await expectCascade(postgresStore(pglite, { table }), userIds, async () => {
			await pglite.query("DELETE FROM users WHERE id = $1", [userIds[0]]);
		});
	});
});

async function expectCascade(
	store: GrantStore,
	[leaves, stays]: readonly [string, string],
	deleteUser: () => Promise<void>,
) {
	const tokens = { sealed: "sealed", revision: "1" };
	for (const userId of [leaves, stays]) await store.save({ userId, providerId: "github" }, "583231", tokens);
	await deleteUser();
	expect(await store.list(leaves)).toEqual([]);
	expect(await store.commit({ userId: leaves, providerId: "github" }, "1", tokens)).toBe(false);
	await expect(store.save({ userId: leaves, providerId: "github" }, "583231", tokens)).rejects.toThrow(
		/foreign key/i,
	);
	expect(await store.list(stays)).toHaveLength(1);
}

test("a grant in an SQLite file is the same through two connections, and its lease is given through one", async () => {
	const databases = [openFile("shared.db"), openFile("shared.db")] as const;
	databases[0].exec(schemaOfSqlite);
	const [one, other] = [sqliteStore(databases[0]), sqliteStore(databases[1])];
	const key = { userId: "ada", providerId: "github" };
	await one.save(key, "583231", { sealed: "sealed", revision: "1", expiresIn: 60_000 });
	expect(await other.get(key)).toMatchObject({ sealed: "sealed", revision: "1" });

	const fences = await Promise.all(
		Array.from({ length: 20 }, (_, index) => (index % 2 ? one : other).acquire(key, "1", 60_000)),
	);
	expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
	expect(await other.commit(key, "1", { sealed: "sealed anew", revision: "2" })).toBe(true);
	expect(await one.get(key)).toMatchObject({ sealed: "sealed anew", revision: "2" });
	expect(await one.commit(key, "1", { sealed: "sealed late", revision: "3" })).toBe(false);
});

test("a store in memory shares nothing with another", async () => {
	const key = { userId: "ada", providerId: "github" };
	await memoryStore().save(key, "583231", { sealed: "sealed", revision: "1" });
	expect(await memoryStore().get(key)).toBeUndefined();
});

test.each(["", "grants; DROP TABLE users", "a.b.c", 'oauth"grants', "1grants", "grants ", ".grants"])(
	"no store in SQL takes %j for the name of a table",
	(table) => {
		const prepare = () => expect.fail("a statement was prepared");
		expect(() => sqliteStore({ prepare }, { table })).toThrow(TypeError);
		expect(() => d1Store({ prepare }, { table })).toThrow(TypeError);
		expect(() => postgresStore(pglite, { table })).toThrow(TypeError);
	},
);
