import { testStore } from "@oauth/testing/vitest";
import type { GrantStore } from "@oauth/tokens";
import { postgresStore, schema } from "@oauth/tokens/postgres";
import { drizzle } from "drizzle-orm/node-postgres";
import pg from "pg";
import postgres from "postgres";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startPostgres } from "../src/postgres.ts";
import type { Server } from "../src/process.ts";
import { type NewGrant, newGrant } from "./new-grant.ts";

const closings: (() => unknown)[] = [];
let server: Server;
beforeAll(async () => {
	server = await startPostgres();
	await openPool().query(schema);
});
afterAll(async () => {
	for (const close of closings) await close();
	await server?.stop();
});

function openPool(options: pg.PoolConfig = {}): pg.Pool {
	const pool = new pg.Pool({ connectionString: server.url, ...options });
	// A connection that idles when the server is killed.
	pool.on("error", () => {});
	closings.push(() => pool.end());
	return pool;
}

/** Steps of a store, each with the statement of a transaction that it waits for, and the result. */
const RACES: [
	title: string,
	winning: string,
	step: (store: GrantStore, grant: NewGrant) => Promise<unknown>,
	expected: unknown,
][] = [
	[
		"gives no lease that another transaction has just taken",
		"UPDATE oauth_grants SET fence = 1, lease_until = extract(epoch FROM clock_timestamp()) * 1000 + 60000",
		(store, { key, tokens }) => store.acquire(key, tokens.revision, 60_000),
		undefined,
	],
	[
		"commits nothing to a grant that another transaction has just committed to",
		"UPDATE oauth_grants SET revision = 'next'",
		(store, { key, tokens }) => store.commit(key, tokens.revision, newGrant().tokens),
		false,
	],
	[
		"commits to a grant that another transaction has just touched",
		"UPDATE oauth_grants SET problem = 'busy'",
		(store, { key, tokens }) => store.commit(key, tokens.revision, newGrant().tokens),
		true,
	],
	[
		"releases no lease that another transaction has just taken",
		"UPDATE oauth_grants SET fence = 1",
		(store, { key, tokens }) =>
			store.release(key, tokens.revision, 0, { dead: true, problem: "late", retryIn: 0 }),
		false,
	],
	[
		"encrypts no text anew that another transaction has just replaced",
		"UPDATE oauth_grants SET sealed = 'sealed anew'",
		(store, { key, tokens }) => store.reseal(key, tokens.sealed, "sealed late"),
		false,
	],
	[
		"saves over a grant that another transaction has just changed",
		"UPDATE oauth_grants SET revision = 'next'",
		(store, { key, tokens }) => store.save(key, "583231", tokens),
		undefined,
	],
	[
		"returns no grant that another transaction has just deleted",
		"DELETE FROM oauth_grants",
		(store, { key }) => store.delete(key),
		undefined,
	],
];

describe.each(["read committed", "repeatable read", "serializable"])(
	"pg with transactions that are %s",
	(isolation) => {
		let observer: pg.Pool;
		beforeAll(() => {
			observer = openPool();
		});
		const open = () =>
			openPool({ options: `-c default_transaction_isolation=${isolation.replace(" ", "\\ ")}` });

		testStore(async () => {
			const pool = open();
			const { rows } = await pool.query("SHOW transaction_isolation");
			expect(rows).toEqual([{ transaction_isolation: isolation }]);
			return postgresStore(pool);
		});

		test.each(RACES)(
			`a store of pg with transactions that are ${isolation} %s`,
			async (_, winning, step, expected) => {
				const pool = open();
				const store = postgresStore(pool);
				const { key, tokens } = newGrant();
				await store.save(key, "583231", tokens);
				const winner = await pool.connect();
				await winner.query("BEGIN");
				await winner.query(`${winning} WHERE user_id = '${key.userId}'`);
				const result = step(store, { key, tokens });
				// It may fail before it is awaited.
				result.catch(() => {});
				const waiting = `SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'`;
				await expect.poll(async () => (await observer.query(waiting)).rowCount, { timeout: 20_000 }).toBe(1);
				await winner.query("COMMIT");
				winner.release();
				expect(await result).toEqual(expected);
			},
		);
	},
);

describe("Postgres.js", () => {
	testStore(() => {
		const sql = postgres(server.url);
		closings.push(() => sql.end());
		return postgresStore(sql);
	});
});

describe("Drizzle with pg", () => testStore(() => postgresStore(drizzle(openPool()).$client)));

test("a store of pg works on after PostgreSQL was killed, and keeps every confirmed write", async () => {
	const store = postgresStore(openPool());
	const { key, tokens } = newGrant();
	await store.save(key, "583231", tokens);
	expect(await store.acquire(key, tokens.revision, 3_600_000)).toBe(1);
	await server.restart();
	await expect
		.poll(() => store.get(key), { timeout: 20_000 })
		.toMatchObject({ sealed: tokens.sealed, fence: 1 });
	expect(await store.acquire(key, tokens.revision, 60_000)).toBeUndefined();
});

test("a client that renames columns is refused with the reason", async () => {
	const sql = postgres(server.url, { transform: postgres.camel });
	closings.push(() => sql.end());
	const store = postgresStore(sql);
	const { key, tokens } = newGrant();
	await store.save(key, "583231", tokens);
	await expect(store.get(key)).rejects.toThrow("the database client renames columns");
});
