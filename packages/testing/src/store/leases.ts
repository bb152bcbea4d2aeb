import { expect, test } from "vitest";
import {
	acquireSoon,
	atOnce,
	expectOver,
	expectTime,
	get,
	HOUR,
	SOON_MS,
	type Subject,
	withoutTimes,
} from "./subject.js";

/** More than the longest lease or pause that a store respects, which is a day. */
const TWO_DAYS = 48 * HOUR;

export function testLeases({ store, saved, expectUnchanged }: Subject): void {
	test("a store gives the lease of a grant once, and changes nothing else of it", async () => {
		const { key, tokens, grant } = await saved();
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(1);
		const leased = await get(store(), key);
		expect(withoutTimes(leased)).toEqual({ ...grant, fence: 1 });
		expectTime(leased.leaseEndsIn, HOUR);
		expectTime(leased.expiresIn, tokens.expiresIn);
		expectOver(leased.retryIn);
		await expectUnchanged(key, async () => {
			expect(await store().acquire(key, tokens.revision, 2 * HOUR)).toBeUndefined();
		});
	});

	test("a store gives the lease to one of 20 that ask for it at once", async () => {
		const { key, tokens } = await saved();
		const fences = await atOnce(20, () => store().acquire(key, tokens.revision, HOUR));
		expect(fences.filter((fence) => fence !== undefined)).toEqual([1]);
		expect(await store().get(key)).toMatchObject({ fence: 1 });
	});

	test("a store gives no lease of another revision, nor of a grant that is not there", async () => {
		const { key } = await saved();
		const { tokens: others } = await saved();
		await expectUnchanged(key, async () => {
			expect(await store().acquire(key, others.revision, HOUR)).toBeUndefined();
			expect(await store().acquire(key, "", HOUR)).toBeUndefined();
		});
		const missing = { ...key, providerId: "gitlab" };
		expect(await store().acquire(missing, others.revision, HOUR)).toBeUndefined();
		expect(await store().get(missing)).toBeUndefined();
	});

	test("a store ends a lease by itself, and counts the fence up", async () => {
		const { key, tokens } = await saved();
		expect(await store().acquire(key, tokens.revision, 50)).toBe(1);
		await acquireSoon(store(), key, tokens.revision, 2);
		expectTime((await get(store(), key)).leaseEndsIn, HOUR);
	});

	test("a store gives a lease that has ended to one of 20 that ask for it at once", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, 1);
		await expect
			.poll(async () => (await get(store(), key)).leaseEndsIn, { timeout: SOON_MS })
			.toBeLessThanOrEqual(0);
		const fences = await atOnce(20, () => store().acquire(key, tokens.revision, HOUR));
		expect(fences.filter((fence) => fence !== undefined)).toEqual([2]);
	});

	test("a store counts the fence up with each lease", async () => {
		const { key, tokens } = await saved();
		for (let fence = 1; fence <= 12; fence++) {
			expect(await store().acquire(key, tokens.revision, HOUR)).toBe(fence);
			await store().release(key, tokens.revision, fence, { dead: false, problem: "busy", retryIn: 0 });
		}
	});

	test("a store ends a pause by itself", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: false, problem: "busy", retryIn: 50 });
		await acquireSoon(store(), key, tokens.revision, 2);
	});

	test("a store counts a lease or pause of more than a day as over, because its clock was set back", async () => {
		const { key, tokens } = await saved();
		expect(await store().acquire(key, tokens.revision, TWO_DAYS)).toBe(1);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(2);
		await store().release(key, tokens.revision, 2, { dead: false, problem: "busy", retryIn: TWO_DAYS });
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(3);
	});

	test("a store gives no lease in a pause that is as long as one can be", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: false, problem: "busy", retryIn: 24 * HOUR });
		expect(await store().acquire(key, tokens.revision, HOUR)).toBeUndefined();
	});
}
