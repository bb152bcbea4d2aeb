import { expect, test } from "vitest";
import {
	acquireSoon,
	atOnce,
	expectFresh,
	expectTime,
	get,
	HOUR,
	newTokens,
	PROVIDER_USER_ID,
	type Subject,
	withoutTimes,
} from "./subject.js";

export function testWrites({ store, saved, expectUnchanged }: Subject): void {
	test("a store saves over a grant, its lease and its fence", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const next = newTokens({ scope: undefined, expiresIn: undefined });
		await store().save(key, "another user", next);
		const { expiresIn, ...rest } = next;
		const expected = { ...grant, ...rest, providerUserId: "another user" };
		expectFresh(await get(store(), key), { grant: expected, tokens: next });
	});

	test("a store saves over a dead grant, its problem and its pause", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: true, problem: "revoked", retryIn: HOUR });
		const next = newTokens();
		await store().save(key, PROVIDER_USER_ID, next);
		const { expiresIn, ...rest } = next;
		expectFresh(await get(store(), key), { grant: { ...grant, ...rest }, tokens: next });
		expect(await store().acquire(key, next.revision, HOUR)).toBe(1);
	});

	test("a store keeps one of many grants that are saved at once, and no mixture of them", async () => {
		const { key } = await saved();
		const candidates = await atOnce(10, async (index) => ({ user: `user ${index}`, tokens: newTokens() }));
		await Promise.all(candidates.map(({ user, tokens }) => store().save(key, user, tokens)));
		const { providerUserId, sealed, revision } = await get(store(), key);
		const last = candidates.find(({ user }) => user === providerUserId);
		expect({ sealed, revision }).toEqual({
			sealed: last?.tokens.sealed,
			revision: last?.tokens.revision,
		});
	});

	test("a store commits new tokens to the grant with the revision that they replace", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		const next = newTokens({ scope: ["repo"], expiresIn: 2 * HOUR });
		expect(await store().commit(key, tokens.revision, next)).toBe(true);
		const { expiresIn, ...rest } = next;
		expectFresh(await get(store(), key), { grant: { ...grant, ...rest }, tokens: next });
		expect(await store().acquire(key, next.revision, HOUR)).toBe(1);
	});

	test("a store commits tokens without scopes or expiry over those that had them", async () => {
		const { key, tokens } = await saved();
		await store().commit(key, tokens.revision, newTokens({ scope: undefined, expiresIn: undefined }));
		const { scope, expiresIn } = await get(store(), key);
		expect({ scope, expiresIn }).toEqual({});
	});

	test("a store commits late, after another has taken the lease", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, 1);
		await acquireSoon(store(), key, tokens.revision, 2);
		const next = newTokens();
		expect(await store().commit(key, tokens.revision, next)).toBe(true);
		const { expiresIn, ...rest } = next;
		expectFresh(await get(store(), key), { grant: { ...grant, ...rest }, tokens: next });
	});

	test("a store commits without a lease", async () => {
		const { key, tokens } = await saved();
		const next = newTokens();
		expect(await store().commit(key, tokens.revision, next)).toBe(true);
		expect(await store().get(key)).toMatchObject({ revision: next.revision, sealed: next.sealed });
	});

	test("a store revives a dead grant by a commit, without its problem and pause", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: true, problem: "revoked", retryIn: HOUR });
		const next = newTokens();
		expect(await store().commit(key, tokens.revision, next)).toBe(true);
		const { expiresIn, ...rest } = next;
		expectFresh(await get(store(), key), { grant: { ...grant, ...rest }, tokens: next });
	});

	test("a store keeps the fence of a commit with the same revision, and ends the lease", async () => {
		const { key, tokens, grant } = await saved();
		for (const fence of [1, 2]) {
			expect(await store().acquire(key, tokens.revision, HOUR)).toBe(fence);
			await store().release(key, tokens.revision, fence, { dead: false, problem: "busy", retryIn: 0 });
		}
		await store().acquire(key, tokens.revision, HOUR);
		const again = newTokens({ revision: tokens.revision });
		expect(await store().commit(key, tokens.revision, again)).toBe(true);
		const expected = { ...grant, sealed: again.sealed, fence: 3 };
		expectFresh(await get(store(), key), { grant: expected, tokens: again });
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(4);
	});

	test("a store commits nothing to a grant with another revision", async () => {
		const { key, tokens } = await saved();
		const next = newTokens();
		await store().commit(key, tokens.revision, next);
		await store().acquire(key, next.revision, HOUR);
		await expectUnchanged(key, async () => {
			expect(await store().commit(key, tokens.revision, newTokens())).toBe(false);
			expect(await store().commit(key, "", newTokens())).toBe(false);
		});
	});

	test("a store commits one of many new revisions that replace the same one", async () => {
		const { key, tokens } = await saved();
		const candidates = await atOnce(10, async () => newTokens());
		const committed = await Promise.all(
			candidates.map((candidate) => store().commit(key, tokens.revision, candidate)),
		);
		expect(committed.filter(Boolean)).toHaveLength(1);
		const winner = candidates[committed.indexOf(true)];
		expect(await store().get(key)).toMatchObject({ sealed: winner?.sealed, revision: winner?.revision });
	});

	test("a store encrypts anew only the text that is still there", async () => {
		const { key, tokens } = await saved();
		expect(await store().reseal(key, tokens.sealed, "sealed anew")).toBe(true);
		await expectUnchanged(key, async () => {
			expect(await store().reseal(key, tokens.sealed, "sealed by another")).toBe(false);
		});
		expect(await store().get(key)).toMatchObject({ sealed: "sealed anew" });
	});

	test("a store encrypts anew without disturbing a refresh under way", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().reseal(key, tokens.sealed, "sealed anew");
		const during = await get(store(), key);
		expect(withoutTimes(during)).toEqual({ ...grant, sealed: "sealed anew", fence: 1 });
		expectTime(during.expiresIn, tokens.expiresIn);
		expectTime(during.leaseEndsIn, HOUR);
		expect(await store().release(key, tokens.revision, 1, { dead: false, problem: "", retryIn: 0 })).toBe(
			true,
		);
		expect(await store().commit(key, tokens.revision, newTokens())).toBe(true);
	});

	test("a store encrypts a dead grant anew, and it stays dead", async () => {
		const { key, tokens, grant } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().release(key, tokens.revision, 1, { dead: true, problem: "revoked", retryIn: HOUR });
		expect(await store().reseal(key, tokens.sealed, "sealed anew")).toBe(true);
		const after = await get(store(), key);
		const expected = { ...grant, sealed: "sealed anew", fence: 1, dead: true, problem: "revoked" };
		expect(withoutTimes(after)).toEqual(expected);
		expectTime(after.retryIn, HOUR);
	});

	test("a store deletes a grant and returns it", async () => {
		const first = await saved();
		const deleted = await store().delete(first.key);
		if (!deleted) return expect.fail("delete returned nothing");
		expectFresh(deleted, first);
		expect(await store().get(first.key)).toBeUndefined();
		expect(await store().list(first.key.userId)).toEqual([]);
		expect(await store().delete(first.key)).toBeUndefined();
	});

	test("a store brings a deleted grant back by nothing but a save", async () => {
		const { key, tokens } = await saved();
		await store().acquire(key, tokens.revision, HOUR);
		await store().delete(key);
		const outcome = { dead: false, problem: "busy", retryIn: 0 };
		expect(await store().commit(key, tokens.revision, newTokens())).toBe(false);
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(false);
		expect(await store().reseal(key, tokens.sealed, "sealed anew")).toBe(false);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBeUndefined();
		expect(await store().get(key)).toBeUndefined();
		expect(await store().list(key.userId)).toEqual([]);

		const next = newTokens();
		await store().save(key, PROVIDER_USER_ID, next);
		expect(await store().get(key)).toMatchObject({ revision: next.revision, fence: 0 });
		expect(await store().commit(key, tokens.revision, newTokens())).toBe(false);
	});

	test("a store returns a deleted grant to one of many that delete it at once", async () => {
		const { key } = await saved();
		const deleted = await atOnce(10, () => store().delete(key));
		expect(deleted.filter(Boolean)).toHaveLength(1);
	});

	test("a store touches no other grant of the user or the provider", async () => {
		const { key, tokens } = await saved();
		const otherProvider = { ...key, providerId: "gitlab" };
		const { key: otherUser } = await saved(tokens);
		await store().save(otherProvider, PROVIDER_USER_ID, tokens);
		await expectUnchanged(otherProvider, () =>
			expectUnchanged(otherUser, async () => {
				const { revision, sealed } = tokens;
				const outcome = { dead: true, problem: "revoked", retryIn: HOUR };
				expect(await store().acquire(key, revision, HOUR)).toBe(1);
				expect(await store().release(key, revision, 1, outcome)).toBe(true);
				expect(await store().reseal(key, sealed, "sealed anew")).toBe(true);
				expect(await store().commit(key, revision, newTokens())).toBe(true);
				await store().save(key, PROVIDER_USER_ID, newTokens());
				await store().delete(key);
			}),
		);
	});
}
