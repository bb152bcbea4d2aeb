import type { GrantStore } from "@oauth/tokens";
import { schema as postgresSchema, postgresStore } from "@oauth/tokens/postgres";
import { redisStore } from "@oauth/tokens/redis";
import { schema as sqliteSchema, sqliteStore } from "@oauth/tokens/sqlite";
import Database from "better-sqlite3";
import pg from "pg";
import { createClient } from "redis";

/** The kinds of stores that several processes can share. */
export type StoreKind = "postgres" | "redis" | "sqlite";

export interface OpenStore {
	store: GrantStore;
	/** Reads a row as an app would without this library. */
	plainRead(userId: string): Promise<unknown>;
	/** Creates the tables. */
	create(): Promise<unknown>;
	close(): Promise<unknown>;
}

/** Connects to a store, as each process of an app does. */
export async function openStore(kind: StoreKind, url: string): Promise<OpenStore> {
	return OPEN[kind](url);
}

const OPEN: Record<StoreKind, (url: string) => OpenStore | Promise<OpenStore>> = {
	postgres(url) {
		const pool = new pg.Pool({ connectionString: url, max: 8 });
		// A connection that is cut while it is idle: the pool makes another.
		pool.on("error", () => {});
		const statement = "SELECT sealed FROM oauth_grants WHERE user_id = $1 AND provider_id = 'acme'";
		return {
			store: postgresStore(pool),
			plainRead: (userId) => pool.query(statement, [userId]),
			create: () => pool.query(postgresSchema),
			close: () => pool.end(),
		};
	},
	async redis(url) {
		const client = createClient({ url, socket: { reconnectStrategy: 20 } });
		client.on("error", () => {});
		await client.connect();
		return {
			store: redisStore(client),
			plainRead: (userId) => client.hGet(`oauth:grants:${userId}`, "acme"),
			async create() {},
			close: () => client.close(),
		};
	},
	sqlite(url) {
		const database = new Database(url, { timeout: 10_000 });
		database.pragma("journal_mode = WAL");
		database.pragma("synchronous = FULL");
		const plain = "SELECT sealed FROM oauth_grants WHERE user_id = ? AND provider_id = 'acme'";
		return {
			store: sqliteStore(database),
			plainRead: async (userId) => database.prepare(plain).get(userId),
			create: async () => database.exec(sqliteSchema),
			close: async () => database.close(),
		};
	},
};
