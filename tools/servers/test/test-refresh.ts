import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { STEPS } from "../src/app-job.ts";
import { type Load, moody, runLoad } from "../src/load.ts";
import type { Server } from "../src/process.ts";
import { cutConnections, type ServerKind, startStore } from "../src/servers.ts";

const USERS = 15;

/** Tests refreshes by several processes on one server. A file for each kind, so that they run side by side. */
export function testRefresh(kind: ServerKind): void {
	describe(`four processes on one ${kind}, at a provider that ends a grant when its refresh token comes twice`, () => {
		let server: Server;
		beforeAll(async () => {
			server = await startStore(kind);
		});
		afterAll(() => server?.stop());

		const run = (load: Partial<Load>) =>
			runLoad({ kind, storeUrl: server.url, processes: 4, users: USERS, seconds: 6, ...load });

		test("refresh each access token once, when it is due, and no call fails", async () => {
			const { gets, refreshes, ...figures } = await run({});
			expect(figures).toEqual({ repeats: 0, early: 0, lost: 0, unexcused: 0, errors: {}, kills: {} });
			expect(refreshes).toBeGreaterThanOrEqual(2 * USERS);
			expect(gets).toBeGreaterThan(refreshes);
		});

		test("that are killed at any step lose only users whose refresh was under way in them", async () => {
			const figures = await run({ seconds: 8, kills: STEPS });
			expect(figures).toMatchObject({ unexcused: 0, early: 0 });
		});

		test("that are killed at any step lose nobody where a used refresh token can be used again for a while", async () => {
			const figures = await run({ seconds: 8, kills: STEPS, leeway: 60_000 });
			expect(figures).toMatchObject({ lost: 0, early: 0, errors: {} });
		});

		test("that stand still for longer than a lease before they send a refresh do not send it", async () => {
			const figures = await run({ seconds: 10, kills: ["before the request"], isStopped: true });
			expect(figures).toMatchObject({ unexcused: 0, early: 0 });
		});

		test("lose nobody when all their connections to the store are cut", async () => {
			const figures = await run({ disturb: () => cutConnections(kind, server) });
			expect(figures).toMatchObject({ repeats: 0, early: 0, lost: 0 });
		});

		test("lose nobody when the provider answers 500 and 429 or is silent", async () => {
			const figures = await run({
				disturb: (provider) =>
					moody(provider, { status: 500 }, { status: 429, headers: { "retry-after": "1" } }, "silent"),
			});
			expect(figures).toMatchObject({ lost: 0, early: 0 });
		});
	});
}
