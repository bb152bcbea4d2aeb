import { type GrantKey, type GrantStore, type GrantTokens, MAX_PAUSE_MS, type StoredGrant } from "./store.js";

/** The parts of a database that differ. */
export interface SqlDatabase {
	/** An expression for the database's clock, in milliseconds since 1970. Not the start of a transaction. */
	now: string;
	/** Runs one statement, whose parameters are `?` in order, in a transaction of its own. Returns its rows. */
	run(statement: string, params: (string | number | null)[]): Promise<unknown[]>;
}

/** The setting of the stores in SQL. */
export interface SqlStoreOptions {
	/**
	 * The name of the table, also with that of its schema: `auth.oauth_grants`.
	 *
	 * @default "oauth_grants"
	 */
	table?: string;
}

const PAGE = 100;

/** Keeps grants in a table. Each step is one statement that returns the rows it has touched. */
export function sqlStore({ now, run }: SqlDatabase, { table = "oauth_grants" }: SqlStoreOptions): GrantStore {
	if (!/^[a-z_]\w*(\.[a-z_]\w*)?$/i.test(table)) throw new TypeError(`"${table}" is no name of a table`);
	const key = "user_id = ? AND provider_id = ?";
	const later = `${now} + CAST(? AS BIGINT)`;
	const isOver = (column: string) =>
		`(${column} IS NULL OR ${column} <= ${now} OR ${column} > ${now} + ${MAX_PAUSE_MS})`;
	const columns = `user_id, provider_id, provider_user_id, sealed, revision, fence, state, problem, scope,
		expires_at - ${now} AS expires_in, lease_until - ${now} AS lease_ends_in, retry_at - ${now} AS retry_in`;
	const order = "ORDER BY user_id, provider_id";
	const statements = {
		get: `SELECT ${columns} FROM ${table} WHERE ${key}`,
		list: `SELECT ${columns} FROM ${table} WHERE user_id = ? ${order}`,
		firstPage: `SELECT ${columns} FROM ${table} ${order} LIMIT ${PAGE}`,
		nextPage: `SELECT ${columns} FROM ${table} WHERE (user_id, provider_id) > (?, ?) ${order} LIMIT ${PAGE}`,
		save: `INSERT INTO ${table}
			(user_id, provider_id, provider_user_id, sealed, revision, scope, expires_at, fence, state)
			VALUES (?, ?, ?, ?, ?, ?, ${later}, 0, 'ok')
			ON CONFLICT (user_id, provider_id) DO UPDATE SET
			provider_user_id = excluded.provider_user_id, sealed = excluded.sealed, revision = excluded.revision,
			scope = excluded.scope, expires_at = excluded.expires_at, fence = 0, state = 'ok',
			problem = NULL, lease_until = NULL, retry_at = NULL RETURNING fence`,
		acquire: `UPDATE ${table} SET fence = fence + 1, lease_until = ${later}
			WHERE ${key} AND revision = ? AND state = 'ok' AND ${isOver("lease_until")} AND ${isOver("retry_at")}
			RETURNING fence`,
		commit: `UPDATE ${table} SET sealed = ?, revision = ?, scope = ?, expires_at = ${later},
			fence = CASE WHEN revision = ? THEN fence ELSE 0 END, state = 'ok',
			problem = NULL, lease_until = NULL, retry_at = NULL
			WHERE ${key} AND revision = ? RETURNING fence`,
		release: `UPDATE ${table} SET state = ?, problem = ?, lease_until = NULL, retry_at = ${later}
			WHERE ${key} AND revision = ? AND fence = ? RETURNING fence`,
		reseal: `UPDATE ${table} SET sealed = ? WHERE ${key} AND sealed = ? RETURNING fence`,
		delete: `DELETE FROM ${table} WHERE ${key} RETURNING ${columns}`,
	};
	const keyOf = ({ userId, providerId }: GrantKey) => [userId, providerId] as const;
	const hit = async (...args: Parameters<typeof run>) => (await run(...args)).length > 0;

	return {
		async get(grant) {
			return (await run(statements.get, [...keyOf(grant)])).map(toGrant)[0];
		},
		async list(userId) {
			return (await run(statements.list, [userId])).map(toGrant);
		},
		async *all() {
			let page = (await run(statements.firstPage, [])).map(toGrant);
			for (;;) {
				yield* page;
				const last = page.at(-1);
				if (!last || page.length < PAGE) return;
				page = (await run(statements.nextPage, [...keyOf(last)])).map(toGrant);
			}
		},
		async save(grant, providerUserId, tokens) {
			await run(statements.save, [...keyOf(grant), providerUserId, ...valuesOf(tokens)]);
		},
		async acquire(grant, revision, lease) {
			const [row] = await run(statements.acquire, [Math.round(lease), ...keyOf(grant), revision]);
			return row ? Number(Object(row).fence) : undefined;
		},
		async commit(grant, revision, tokens) {
			const values = [...valuesOf(tokens), tokens.revision, ...keyOf(grant), revision];
			return hit(statements.commit, values);
		},
		async release(grant, revision, fence, { dead, problem, retryIn }) {
			const values = [dead ? "dead" : "ok", problem, Math.round(retryIn)];
			return hit(statements.release, [...values, ...keyOf(grant), revision, fence]);
		},
		async reseal(grant, sealed, resealed) {
			return hit(statements.reseal, [resealed, ...keyOf(grant), sealed]);
		},
		async delete(grant) {
			return (await run(statements.delete, [...keyOf(grant)])).map(toGrant)[0];
		},
	};
}

function valuesOf({ sealed, revision, scope, expiresIn }: GrantTokens): (string | number | null)[] {
	return [
		sealed,
		revision,
		scope ? JSON.stringify(scope) : null,
		expiresIn === undefined ? null : Math.round(expiresIn),
	];
}

// biome-ignore lint/suspicious/noExplicitAny: a row of any database
function toGrant(row: any): StoredGrant {
	if (!("user_id" in row)) throw new TypeError("the database client renames columns: use one that does not");
	// PostgreSQL returns its bigints as text.
	const milliseconds = (value: unknown) => (value === null ? undefined : Number(value));
	return {
		userId: `${row.user_id}`,
		providerId: row.provider_id,
		providerUserId: row.provider_user_id,
		sealed: row.sealed,
		revision: row.revision,
		fence: Number(row.fence),
		dead: row.state !== "ok",
		problem: row.problem ?? undefined,
		scope: row.scope ? JSON.parse(row.scope) : undefined,
		expiresIn: milliseconds(row.expires_in),
		leaseEndsIn: milliseconds(row.lease_ends_in),
		retryIn: milliseconds(row.retry_in),
	};
}
