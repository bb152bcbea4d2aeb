import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { tokenVault } from "@oauth/tokens";
import { ratios, spread } from "../../bench/src/statistics.ts";
import { table } from "../../bench/src/table.ts";
import { startStore } from "./servers.ts";
import { openStore, type StoreKind } from "./stores.ts";

const TURNS = 25;
const CALLS = 2_000;
/** At once, as the requests of a server are. */
const CALLERS = 16;
const USERS = 200;

/** Compares `get` with a valid access token with a plain read of the same row, turn by turn. */
export async function reportReads(): Promise<string> {
	const folder = mkdtempSync(join(tmpdir(), "oauth-reads-"));
	const servers = { postgres: await startStore("postgres"), redis: await startStore("redis") };
	try {
		const urls: Record<StoreKind, string> = {
			sqlite: join(folder, "app.db"),
			postgres: servers.postgres.url,
			redis: servers.redis.url,
		};
		const rows: string[][] = [];
		for (const kind of ["sqlite", "postgres", "redis"] as const) rows.push(await measure(kind, urls[kind]));
		return table(["store", "get/s", "plain reads/s", "get ÷ plain"], rows);
	} finally {
		await Promise.all([servers.postgres.stop(), servers.redis.stop()]);
		rmSync(folder, { recursive: true });
	}
}

async function measure(kind: StoreKind, url: string): Promise<string[]> {
	const { store, plainRead, create, close } = await openStore(kind, url);
	if (kind === "sqlite") await create();
	const vault = tokenVault({
		store,
		keys: [randomBytes(32).toString("base64")],
		providers: [defineAcme("http://127.0.0.1:9")(CLIENT)],
	});
	const users = Array.from({ length: USERS }, (_, index) => `user-${index}`);
	for (const user of users) {
		const tokens = {
			accessToken: randomBytes(40).toString("hex"),
			refreshToken: randomBytes(40).toString("hex"),
			tokenType: "Bearer",
			expiresAt: new Date(Date.now() + 3_600_000),
			raw: {},
		};
		await vault.save(user, { providerId: "acme", providerUserId: user, tokens });
	}
	const perSecond = async (call: (user: string) => Promise<unknown>) => {
		let next = 0;
		const startedAt = performance.now();
		const work = async () => {
			while (next < CALLS) await call(`user-${next++ % USERS}`);
		};
		await Promise.all(Array.from({ length: CALLERS }, work));
		return (CALLS / (performance.now() - startedAt)) * 1000;
	};
	const gets: number[] = [];
	const reads: number[] = [];
	for (let turn = -3; turn < TURNS; turn++) {
		const read = await perSecond(plainRead);
		const get = await perSecond((user) => vault.get(user, "acme"));
		// The first ones warm up.
		if (turn < 0) continue;
		gets.push(get);
		reads.push(read);
	}
	await close();
	return [kind, spread(gets, 0), spread(reads, 0), spread(ratios(gets, reads), 2)];
}
