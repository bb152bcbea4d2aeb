import { expect, test } from "vitest";
import { acquireSoon, expectOver, expectTime, get, HOUR, type Subject, withoutTimes } from "./subject.js";

export function testOutcomes({ store, saved, expectUnchanged }: Subject): void {
	test("a store ends a lease with the problem of the refresh and a pause", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const outcome = { dead: false, problem: "status 503", retryIn: HOUR };
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(true);
		const released = await get(store(), key);
		expect(withoutTimes(released)).toEqual({ ...grant, fence: 1, problem: "status 503" });
		expectOver(released.leaseEndsIn);
		expectTime(released.retryIn, HOUR);
		expectTime(released.expiresIn, tokens.expiresIn);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBeUndefined();
	});

	test("a store ends a lease without a pause, and gives the next one at once", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: false, problem: "status 503", retryIn: 0 });
		const { dead, problem, retryIn } = await get(store(), key);
		expect({ dead, problem }).toEqual({ dead: false, problem: "status 503" });
		expectOver(retryIn);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(2);
	});

	test("a store keeps a dead grant with its reason, and gives no lease of it", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const outcome = { dead: true, problem: "invalid_grant", retryIn: 0 };
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(true);
		const released = await get(store(), key);
		expect(withoutTimes(released)).toEqual({ ...grant, fence: 1, dead: true, problem: "invalid_grant" });
		expectOver(released.leaseEndsIn);
		await expectUnchanged(key, async () => {
			expect(await store().acquire(key, tokens.revision, HOUR)).toBeUndefined();
		});
	});

	test("a store keeps the newest outcome of a lease that is released twice", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: true, problem: "first", retryIn: HOUR });
		const outcome = { dead: false, problem: "second", retryIn: 0 };
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(true);
		const { dead, problem, retryIn } = await get(store(), key);
		expect({ dead, problem }).toEqual({ dead: false, problem: "second" });
		expectOver(retryIn);
	});

	test("a store keeps no outcome of a lease that another has taken since", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, 1);
		await acquireSoon(store(), key, tokens.revision, 2);
		await expectUnchanged(key, async () => {
			for (const fence of [0, 1, 3, 20]) {
				const outcome = { dead: true, problem: "late", retryIn: HOUR };
				expect(await store().release(key, tokens.revision, fence, outcome)).toBe(false);
			}
		});
	});

	test("a store keeps no outcome of a revision that has been replaced, even with the same fence", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const next = { ...tokens, revision: `${tokens.revision} next` };
		await store().commit(key, tokens.revision, next);
		await store().acquire(key, next.revision, HOUR);
		await expectUnchanged(key, async () => {
			const outcome = { dead: true, problem: "late", retryIn: HOUR };
			expect(await store().release(key, tokens.revision, 1, outcome)).toBe(false);
		});
	});
}
