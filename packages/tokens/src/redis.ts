import { type GrantKey, type GrantStore, type GrantTokens, MAX_PAUSE_MS, type StoredGrant } from "./store.js";

/** A client of `ioredis` or `iovalkey`. */
export interface IoRedis {
	options?: { keyPrefix?: string | undefined };
	call(command: string, ...args: (string | number)[]): Promise<unknown>;
}

/** A client of `redis` (node-redis). */
export interface NodeRedis {
	sendCommand(args: string[]): Promise<unknown>;
}

/** The setting of the store in Redis. */
export interface RedisStoreOptions {
	/**
	 * The start of every key. A key has all grants of one user, as a hash with the providers' ids.
	 *
	 * @default "oauth:grants:"
	 */
	prefix?: string;
}

/**
 * One script for all steps, because each is a condition and a write that nothing may get between. The times in a row are
 * milliseconds since 1970 on the server's clock.
 */
const SCRIPT = `
local step, field = ARGV[1], ARGV[2]
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local function read()
	local text = redis.call('HGET', KEYS[1], field)
	return text and cjson.decode(text)
end
local function write(row)
	redis.call('HSET', KEYS[1], field, cjson.encode(row))
end
local function at(milliseconds)
	if milliseconds ~= '' then return now + tonumber(milliseconds) end
end
local function isOver(time)
	return not time or time <= now or time > now + ${MAX_PAUSE_MS}
end
local function tokens(row, index)
	row.sealed, row.revision = ARGV[index], ARGV[index + 1]
	row.scope = ARGV[index + 2] ~= '' and ARGV[index + 2] or nil
	row.expiresAt = at(ARGV[index + 3])
	row.dead, row.problem, row.leaseUntil, row.retryAt = false, nil, nil, nil
	write(row)
end

if step == 'get' then
	return { now, redis.call('HGET', KEYS[1], field) or '' }
elseif step == 'list' then
	return { now, unpack(redis.call('HGETALL', KEYS[1])) }
elseif step == 'save' then
	tokens({ providerUserId = ARGV[3], fence = 0 }, 4)
	return 1
end

local row = read()
if not row then
	return step == 'delete' and { now, '' } or 0
elseif step == 'delete' then
	local text = redis.call('HGET', KEYS[1], field)
	redis.call('HDEL', KEYS[1], field)
	return { now, text }
elseif step == 'acquire' then
	if row.revision ~= ARGV[3] or row.dead or not isOver(row.leaseUntil) or not isOver(row.retryAt) then return 0 end
	row.fence, row.leaseUntil = row.fence + 1, at(ARGV[4])
	write(row)
	return row.fence
elseif step == 'commit' then
	if row.revision ~= ARGV[3] then return 0 end
	if ARGV[5] ~= ARGV[3] then row.fence = 0 end
	tokens(row, 4)
	return 1
elseif step == 'release' then
	if row.revision ~= ARGV[3] or row.fence ~= tonumber(ARGV[4]) then return 0 end
	row.dead, row.problem, row.leaseUntil, row.retryAt = ARGV[5] == '1', ARGV[6], nil, at(ARGV[7])
	write(row)
	return 1
elseif step == 'reseal' then
	if row.sealed ~= ARGV[3] then return 0 end
	row.sealed = ARGV[4]
	write(row)
	return 1
end`;

/**
 * Keeps grants in Redis or Valkey, one node of it. Grants never expire there, and losing the newest write loses a grant:
 * set `appendfsync always` and `maxmemory-policy noeviction`.
 *
 * @param client a client of `redis`, `ioredis` or `iovalkey`
 */
export function redisStore(
	client: IoRedis | NodeRedis,
	{ prefix = "oauth:grants:" }: RedisStoreOptions = {},
): GrantStore {
	if ("call" in client && client.options?.keyPrefix)
		throw new TypeError("ioredis adds its keyPrefix to some commands only: use the store's prefix instead");
	const send = async (...args: (string | number)[]) => {
		const [command = "", ...rest] = args.map(String);
		// ioredis has a `sendCommand` of its own.
		return "call" in client ? client.call(command, ...rest) : client.sendCommand([command, ...rest]);
	};
	let loading: Promise<unknown> | undefined;
	async function run(userId: string, ...args: (string | number)[]): Promise<unknown> {
		const evaluate = async () => {
			loading ??= send("SCRIPT", "LOAD", SCRIPT);
			return send("EVALSHA", `${await loading}`, 1, `${prefix}${userId}`, ...args);
		};
		try {
			return await evaluate();
		} catch (error) {
			// After a restart the server has forgotten the script.
			loading = undefined;
			if (!`${Object(error).message}`.startsWith("NOSCRIPT")) throw error;
			return send("EVAL", SCRIPT, 1, `${prefix}${userId}`, ...args);
		}
	}
	const hit = async (userId: string, ...args: (string | number)[]) => Number(await run(userId, ...args)) > 0;
	async function list(userId: string): Promise<StoredGrant[]> {
		const [now, ...fields] = (await run(userId, "list", "")) as [number, ...string[]];
		const grants: StoredGrant[] = [];
		for (let index = 0; index < fields.length; index += 2)
			grants.push(toGrant({ userId, providerId: `${fields[index]}` }, now, `${fields[index + 1]}`));
		return grants.sort((a, b) => (a.providerId < b.providerId ? -1 : 1));
	}

	return {
		list,
		async get(key) {
			const [now, text] = (await run(key.userId, "get", key.providerId)) as [number, string];
			return `${text}` ? toGrant(key, now, `${text}`) : undefined;
		},
		async *all() {
			const pattern = `${prefix.replace(/[*?[\]\\^]/g, "\\$&")}*`;
			let cursor = "0";
			do {
				const [next, keys] = (await send("SCAN", cursor, "MATCH", pattern, "TYPE", "hash")) as [
					string,
					string[],
				];
				for (const key of keys) yield* await list(`${key}`.slice(prefix.length));
				cursor = `${next}`;
			} while (cursor !== "0");
		},
		async save({ userId, providerId }, providerUserId, tokens) {
			await run(userId, "save", providerId, providerUserId, ...valuesOf(tokens));
		},
		async acquire({ userId, providerId }, revision, lease) {
			const fence = await run(userId, "acquire", providerId, revision, Math.round(lease));
			return Number(fence) || undefined;
		},
		async commit({ userId, providerId }, revision, tokens) {
			return hit(userId, "commit", providerId, revision, ...valuesOf(tokens));
		},
		async release({ userId, providerId }, revision, fence, { dead, problem, retryIn }) {
			const outcome = [dead ? 1 : 0, problem, Math.round(retryIn)];
			return hit(userId, "release", providerId, revision, fence, ...outcome);
		},
		async reseal({ userId, providerId }, sealed, resealed) {
			return hit(userId, "reseal", providerId, sealed, resealed);
		},
		async delete(key) {
			const [now, text] = (await run(key.userId, "delete", key.providerId)) as [number, string];
			return `${text}` ? toGrant(key, now, `${text}`) : undefined;
		},
	};
}

function valuesOf({ sealed, revision, scope, expiresIn }: GrantTokens): (string | number)[] {
	const life = expiresIn === undefined ? "" : Math.round(expiresIn);
	return [sealed, revision, scope ? JSON.stringify(scope) : "", life];
}

function toGrant({ userId, providerId }: GrantKey, now: number, text: string): StoredGrant {
	const { scope, expiresAt, leaseUntil, retryAt, ...row } = JSON.parse(text);
	const left = (time: number | undefined) => (time === undefined ? undefined : time - Number(now));
	return {
		userId,
		providerId,
		...row,
		scope: scope ? JSON.parse(scope) : undefined,
		expiresIn: left(expiresAt),
		leaseEndsIn: left(leaseUntil),
		retryIn: left(retryAt),
	};
}
