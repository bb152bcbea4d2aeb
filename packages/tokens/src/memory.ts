import { type GrantKey, type GrantStore, type GrantTokens, MAX_PAUSE_MS, type StoredGrant } from "./store.js";

/**
 * A grant with its times on this process's clocks, in milliseconds. A lease must not end early when the clock is set, so it is
 * by `performance.now()`.
 */
interface Row extends Omit<StoredGrant, "expiresIn" | "leaseEndsIn" | "retryIn"> {
	expiresAt?: number | undefined;
	leaseUntil?: number | undefined;
	retryAt?: number | undefined;
}

/** Keeps grants in memory: for tests, and for an app of one process whose users may sign in again after a restart. */
export function memoryStore(): GrantStore {
	const rows = new Map<string, Row>();
	const id = ({ userId, providerId }: GrantKey) => JSON.stringify([userId, providerId]);
	const isOver = (time = 0, now = Date.now()) => time <= now || time > now + MAX_PAUSE_MS;
	const rowWith = (key: GrantKey, revision: string) => {
		const row = rows.get(id(key));
		return row?.revision === revision ? row : undefined;
	};

	return {
		async get(key) {
			return toGrant(rows.get(id(key)));
		},
		async list(userId) {
			return [...rows.values()]
				.filter((row) => row.userId === userId)
				.sort((a, b) => (a.providerId < b.providerId ? -1 : 1))
				.map((row) => toGrant(row) as StoredGrant);
		},
		async *all() {
			for (const row of rows.values()) yield toGrant(row) as StoredGrant;
		},
		async save({ userId, providerId }, providerUserId, tokens) {
			const row = { userId, providerId, providerUserId, fence: 0, dead: false, ...toRow(tokens) };
			rows.set(id(row), row);
		},
		async acquire(key, revision, lease) {
			const row = rowWith(key, revision);
			if (!row || row.dead || !isOver(row.leaseUntil, performance.now()) || !isOver(row.retryAt))
				return undefined;
			row.leaseUntil = performance.now() + lease;
			row.fence++;
			return row.fence;
		},
		async commit(key, revision, tokens) {
			const row = rowWith(key, revision);
			if (!row) return false;
			const fence = tokens.revision === revision ? row.fence : 0;
			const { userId, providerId, providerUserId } = row;
			rows.set(id(key), { userId, providerId, providerUserId, fence, dead: false, ...toRow(tokens) });
			return true;
		},
		async release(key, revision, fence, { dead, problem, retryIn }) {
			const row = rowWith(key, revision);
			if (row?.fence !== fence) return false;
			Object.assign(row, { dead, problem, leaseUntil: undefined, retryAt: Date.now() + retryIn });
			return true;
		},
		async reseal(key, sealed, resealed) {
			const row = rows.get(id(key));
			if (row?.sealed !== sealed) return false;
			row.sealed = resealed;
			return true;
		},
		async delete(key) {
			const row = rows.get(id(key));
			rows.delete(id(key));
			return toGrant(row);
		},
	};
}

function toRow({ expiresIn, scope, ...tokens }: GrantTokens) {
	return {
		...tokens,
		scope: scope && [...scope],
		expiresAt: expiresIn === undefined ? undefined : Date.now() + expiresIn,
	};
}

function toGrant(row: Row | undefined): StoredGrant | undefined {
	if (!row) return undefined;
	const { scope, expiresAt, leaseUntil, retryAt, ...rest } = row;
	const left = (time: number | undefined, now = Date.now()) => (time === undefined ? undefined : time - now);
	return {
		...rest,
		scope: scope && [...scope],
		expiresIn: left(expiresAt),
		leaseEndsIn: left(leaseUntil, performance.now()),
		retryIn: left(retryAt),
	};
}
