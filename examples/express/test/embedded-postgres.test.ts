import { once } from "node:events";
import { connect } from "node:net";
import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../embedded-postgres.ts";

const url = await startPostgres();
const pool = new pg.Pool({ connectionString: url });
await pool.query("CREATE TABLE numbers (number INTEGER PRIMARY KEY)");
afterAll(() => pool.end());

const count = async (client: pg.Pool | pg.PoolClient) => {
	const { rows } = await client.query<{ count: number }>("SELECT count(*)::integer AS count FROM numbers");
	return rows[0]?.count;
};

test("the embedded PostgreSQL answers each of many clients with the result of its own query", async () => {
	// Each query is different, so that no result can pass for another, and so long that it arrives in pieces.
	const lengths = Array.from({ length: 40 }, (_, index) => 200_000 + index);
	const results = await Promise.all(
		lengths.map(async (length) => {
			const { rows } = await pool.query(`SELECT length($1) AS n${length}`, ["x".repeat(length)]);
			return rows;
		}),
	);
	expect(results).toEqual(lengths.map((length) => [{ [`n${length}`]: length }]));
});

test("the embedded PostgreSQL isolates transactions from each other and from those that fail", async () => {
	await pool.query("DELETE FROM numbers");
	const outcomes = await Promise.all(
		Array.from({ length: 30 }, async (_, index) => {
			const client = await pool.connect();
			try {
				await client.query("BEGIN");
				const before = await count(client);
				await client.query("INSERT INTO numbers VALUES ($1)", [index % 10]);
				await client.query("COMMIT");
				return before;
			} catch (error) {
				await client.query("ROLLBACK");
				return (error as pg.DatabaseError).code;
			} finally {
				client.release();
			}
		}),
	);
	const uniqueViolations = Array.from({ length: 20 }, () => "23505");
	expect(outcomes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ...uniqueViolations]);
	expect(await count(pool)).toBe(10);
});

test("the embedded PostgreSQL rolls back a transaction whose client disconnects, and serves the next client", async () => {
	await pool.query("DELETE FROM numbers");
	const client = await pool.connect();
	await client.query("BEGIN");
	await client.query("INSERT INTO numbers VALUES (1)");
	const waiting = count(pool);
	client.release(true);
	expect(await waiting).toBe(0);
});

test("the embedded PostgreSQL tells a client that requests encryption to continue without it", async () => {
	const socket = connect(Number(new URL(url).port), "127.0.0.1");
	// https://www.postgresql.org/docs/current/protocol-message-formats.html: SSLRequest
	socket.write(Buffer.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f));
	const [response] = await once(socket, "data");
	expect(`${response}`).toBe("N");
	socket.destroy();
});
