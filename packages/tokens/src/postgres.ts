import { type SqlStoreOptions, sqlStore } from "./sql.js";
import type { GrantStore } from "./store.js";

export type { SqlStoreOptions } from "./sql.js";

/** A pool or client of `pg`, `@neondatabase/serverless` or PGlite. */
export interface PostgresPool {
	query(statement: string, params: (string | number | null)[]): Promise<{ rows: unknown[] }>;
}

/** The `sql` of `postgres` (Postgres.js). */
export interface PostgresSql {
	unsafe(statement: string, params: (string | number | null)[]): PromiseLike<Iterable<unknown>>;
}

/** The table, for a migration of your own. `user_id` can have the type of your users' ids, and refer to them. */
export const schema = `CREATE TABLE oauth_grants (
	user_id text NOT NULL,
	provider_id text NOT NULL,
	provider_user_id text NOT NULL,
	sealed text NOT NULL,
	revision text NOT NULL,
	fence bigint NOT NULL,
	state text NOT NULL,
	problem text,
	scope text,
	expires_at bigint,
	lease_until bigint,
	retry_at bigint,
	PRIMARY KEY (user_id, provider_id)
);`;

/**
 * The error of a statement that lost a race, in a database whose transactions are stricter than by default. It has done
 * nothing, and finds the row as the winner left it when it is sent again.
 */
const SERIALIZATION_FAILURE = "40001";

/**
 * Keeps grants in PostgreSQL. Create the table first: see {@link schema}.
 *
 * @param database a pool of `pg`, the `sql` of Postgres.js, or what has the same method. With Drizzle it is `db.$client`.
 * Never a client within a transaction of the app: a rollback would lose tokens.
 */
export function postgresStore(
	database: PostgresPool | PostgresSql,
	options: SqlStoreOptions = {},
): GrantStore {
	const send = async (statement: string, params: (string | number | null)[]) =>
		"unsafe" in database
			? [...(await database.unsafe(statement, params))]
			: (await database.query(statement, params)).rows;
	return sqlStore(
		{
			// Not now(), which is the start of the transaction.
			now: "CAST(extract(epoch FROM clock_timestamp()) * 1000 AS BIGINT)",
			async run(statement, params) {
				let count = 0;
				const text = statement.replace(/\?/g, () => `$${++count}`);
				for (;;)
					try {
						return await send(text, params);
					} catch (error) {
						if (Object(error).code !== SERIALIZATION_FAILURE) throw error;
					}
			},
		},
		options,
	);
}
