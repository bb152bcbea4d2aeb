import { expect, test } from "vitest";
import {
	atOnce,
	expectFresh,
	get,
	HOUR,
	newTokens,
	PROVIDER_USER_ID,
	type Subject,
	withoutTimes,
} from "./subject.js";

export function testReads({ store, newUserId, saved }: Subject): void {
	test("a store returns a grant as it was saved", async () => {
		const first = await saved();
		expectFresh(await get(store(), first.key), first);
	});

	test("a store returns nothing for a grant that was never saved", async () => {
		const { key } = await saved();
		expect(await store().get({ ...key, providerId: "gitlab" })).toBeUndefined();
		expect(await store().get({ ...key, userId: await newUserId() })).toBeUndefined();
		expect(await store().list(await newUserId())).toEqual([]);
	});

	test("a store lists the grants of one user, by their provider's id", async () => {
		const { key } = await saved();
		await saved();
		for (const providerId of ["spotify", "apple", "google"])
			await store().save({ ...key, providerId }, `${providerId} user`, newTokens());
		const grants = await store().list(key.userId);
		expect(grants.map(({ providerId }) => providerId)).toEqual(["apple", "github", "google", "spotify"]);
		for (const grant of grants) expect(withoutTimes(await get(store(), grant))).toEqual(withoutTimes(grant));
	});

	test("a store lists a grant with its lease, outcome and pause", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const [leased] = await store().list(key.userId);
		expect(leased).toMatchObject({ ...grant, fence: 1 });
		expect(leased?.leaseEndsIn).toBeGreaterThan(0);
		await store().release(key, tokens.revision, 1, { dead: true, problem: "revoked", retryIn: HOUR });
		const [released] = await store().list(key.userId);
		expect(released).toMatchObject({ ...grant, fence: 1, dead: true, problem: "revoked" });
		expect(released?.retryIn).toBeGreaterThan(0);
	});

	test("a store returns all grants of all users, each once, however many they are", async () => {
		const userIds = await atOnce(90, async () => newUserId());
		const grants = userIds.flatMap((userId) =>
			["apple", "github", "google"].map((providerId) => ({ userId, providerId, tokens: newTokens() })),
		);
		await Promise.all(grants.map(({ tokens, ...key }) => store().save(key, PROVIDER_USER_ID, tokens)));

		const users = new Set(userIds);
		const found: string[] = [];
		for await (const { userId, providerId, revision } of store().all())
			if (users.has(userId)) found.push(`${userId} ${providerId} ${revision}`);
		const expected = grants.map((grant) => `${grant.userId} ${grant.providerId} ${grant.tokens.revision}`);
		expect(found.sort()).toEqual(expected.sort());
	});

	test("a store returns all grants while they are encrypted anew", async () => {
		const grants = [await saved(), await saved(), await saved()];
		const users = new Set(grants.map(({ key }) => key.userId));
		for await (const { userId, providerId, sealed } of store().all())
			if (users.has(userId)) await store().reseal({ userId, providerId }, sealed, `new ${sealed}`);
		for (const { key, tokens } of grants)
			expect(await store().get(key)).toMatchObject({ sealed: `new ${tokens.sealed}` });
	});
}
