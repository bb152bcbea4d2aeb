import pg from "pg";
import { startPostgres } from "./postgres.ts";
import type { Server } from "./process.ts";
import { startRedis } from "./redis.ts";
import { openStore } from "./stores.ts";

/** The stores that are servers. */
export type ServerKind = "postgres" | "redis";

const START = { postgres: startPostgres, redis: startRedis };

/** Starts a server with the tables of a store. */
export async function startStore(kind: ServerKind): Promise<Server> {
	const server = await START[kind]();
	const { create, close } = await openStore(kind, server.url);
	await create();
	await close();
	return server;
}

/** Cuts all connections to the store: PostgreSQL's are ended, Redis is killed and started again. */
export async function cutConnections(kind: ServerKind, server: Server): Promise<void> {
	if (kind === "redis") return server.restart();
	const client = new pg.Client(server.url);
	await client.connect();
	await client.query(
		"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'",
	);
	await client.end();
}
