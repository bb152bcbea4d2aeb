import { testStore } from "@oauth/testing/vitest";
import type { GrantStore } from "@oauth/tokens";
import { redisStore } from "@oauth/tokens/redis";
import { Redis } from "ioredis";
import { createClient, RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Server } from "../src/process.ts";
import { startRedis } from "../src/redis.ts";
import { newGrant } from "./new-grant.ts";

const closings: (() => unknown)[] = [];
let server: Server;
beforeAll(async () => {
	server = await startRedis();
});
afterAll(async () => {
	for (const close of closings) await close();
	await server?.stop();
});

function openIoRedis(options: { keyPrefix?: string } = {}): Redis {
	const client = new Redis(server.url, options);
	// It connects again by itself.
	client.on("error", () => {});
	closings.push(() => client.disconnect());
	return client;
}

async function openNodeRedis() {
	const client = createClient({ url: server.url });
	client.on("error", () => {});
	closings.push(() => client.destroy());
	return client.connect();
}

const STORES: [client: string, open: () => Promise<GrantStore>][] = [
	["redis", async () => redisStore(await openNodeRedis())],
	["ioredis", async () => redisStore(openIoRedis())],
];

describe.each(STORES)("%s", (name, open) => {
	testStore(open);

	test(`a store of ${name} works on after Redis has forgotten its scripts`, async () => {
		const store = await open();
		const { key, tokens } = newGrant();
		await store.save(key, "583231", tokens);
		await openIoRedis().script("FLUSH");
		expect(await store.acquire(key, tokens.revision, 60_000)).toBe(1);
		await openIoRedis().script("FLUSH");
		const both = await Promise.all([store.get(key), store.list(key.userId)]);
		expect(both).toMatchObject([{ fence: 1 }, [{ fence: 1 }]]);
	});

	test(`a store of ${name} lists all grants beside keys of other kinds with the same beginning`, async () => {
		const store = await open();
		const { key, tokens } = newGrant();
		await store.save(key, "583231", tokens);
		await openIoRedis().set("oauth:grants:of-somebody-else", "text");
		const found: string[] = [];
		for await (const { userId } of store.all()) found.push(userId);
		expect(found).toContain(key.userId);
	});

	test(`a store of ${name} has every confirmed write, and works on, after Redis was killed`, async () => {
		const store = await open();
		const leased = newGrant();
		const grants = [leased, ...Array.from({ length: 20 }, newGrant)];
		await Promise.all(grants.map(({ key, tokens }) => store.save(key, "583231", tokens)));
		expect(await store.acquire(leased.key, leased.tokens.revision, 3_600_000)).toBe(1);
		await server.restart();

		for (const { key, tokens } of grants) {
			const { sealed, revision } = tokens;
			await expect.poll(() => store.get(key), { timeout: 20_000 }).toMatchObject({ sealed, revision });
		}
		expect(await store.acquire(leased.key, leased.tokens.revision, 60_000)).toBeUndefined();
		const next = newGrant().tokens;
		expect(await store.commit(leased.key, leased.tokens.revision, next)).toBe(true);
		expect(await store.get(leased.key)).toMatchObject({ sealed: next.sealed, fence: 0 });
	});
});

describe("a prefix of signs that have a meaning in patterns", () => {
	testStore(() => redisStore(openIoRedis(), { prefix: "app*[1]?\\^:" }));
});

test("a store of ioredis refuses a client with a keyPrefix, which would not hold for all commands", () => {
	const client = openIoRedis({ keyPrefix: "app:" });
	expect(() => redisStore(client)).toThrow(/use the store's prefix instead/);
});

test("stores in one Redis share nothing if their prefixes differ, even if one looks like a pattern of the other", async () => {
	const client = openIoRedis();
	const [one, other] = [redisStore(client, { prefix: "one:" }), redisStore(client, { prefix: "o?e:" })];
	const { key, tokens } = newGrant();
	await one.save(key, "583231", tokens);
	expect(await other.get(key)).toBeUndefined();
	const found: string[] = [];
	for await (const { userId } of other.all()) found.push(userId);
	expect(found).toEqual([]);
});

test("a client of redis that returns bytes in place of text knows what is missing and what is there", async () => {
	const client = (await openNodeRedis()).withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
	const store = redisStore(client);
	const { key, tokens } = newGrant();
	expect(await store.get(key)).toBeUndefined();
	expect(await store.delete(key)).toBeUndefined();
	await store.save(key, "583231", tokens);
	expect(await store.get(key)).toMatchObject({ sealed: tokens.sealed });
});
