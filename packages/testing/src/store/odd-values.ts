import { expect, test } from "vitest";
import {
	expectOver,
	expectTime,
	get,
	HOUR,
	newTokens,
	PROVIDER_USER_ID,
	type Subject,
	withoutTimes,
} from "./subject.js";

/** Text with the signs that SQL, JSON, Lua, patterns of keys and placeholders have a meaning for. */
const ODD_TEXT = 'it\'s "odd" \\ `x` ? $1 :a * % _ [b] {c} ; -- \n\r\t/ é ☃ 😀';

/** Times that a store might not take, or take for none. */
const ODD_TIMES = [1234.5, 0.1, 0, -1, -HOUR, -0.5, 1e14];

/** @param anyUserId whether any text can be the id of a user */
export function testOddValues(
	{ store, newUserId, saved }: Subject,
	{ anyUserId }: { anyUserId: boolean },
): void {
	test.each(ODD_TIMES)(
		"a store saves and commits tokens that expire in %s milliseconds",
		async (expiresIn) => {
			const { key, tokens } = await saved({ expiresIn });
			expectTime((await get(store(), key)).expiresIn, expiresIn);
			const next = newTokens({ expiresIn });
			expect(await store().commit(key, tokens.revision, next)).toBe(true);
			const after = await get(store(), key);
			expect(after.revision).toBe(next.revision);
			expectTime(after.expiresIn, expiresIn);
		},
	);

	test("a store gives a lease and makes a pause of a fraction of a millisecond more", async () => {
		const { key, tokens } = await saved();
		expect(await store().acquire(key, tokens.revision, HOUR + 0.3)).toBe(1);
		expectTime((await get(store(), key)).leaseEndsIn, HOUR);
		const outcome = { dead: false, problem: "busy", retryIn: HOUR + 1 / 3 };
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(true);
		expectTime((await get(store(), key)).retryIn, HOUR);
	});

	test("a store gives a lease of no time, which is over at once", async () => {
		const { key, tokens } = await saved();
		expect(await store().acquire(key, tokens.revision, 0)).toBe(1);
		expectOver((await get(store(), key)).leaseEndsIn);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(2);
	});

	test("a store tells no granted scopes from scopes that are not known", async () => {
		const none = await saved({ scope: [] });
		expect(await store().get(none.key)).toMatchObject({ scope: [] });
		await store().commit(none.key, none.tokens.revision, newTokens({ scope: undefined }));
		expect((await get(store(), none.key)).scope).toBeUndefined();
		const unknown = await saved({ scope: undefined });
		expect((await get(store(), unknown.key)).scope).toBeUndefined();
		await store().commit(unknown.key, unknown.tokens.revision, newTokens({ scope: [] }));
		expect((await get(store(), unknown.key)).scope).toEqual([]);
	});

	test("a store keeps scopes of any text, in their order", async () => {
		const scope = ["b", "a", "https://www.googleapis.com/auth/drive", ODD_TEXT, "", "a,b", "a b", "[]", "b"];
		const { key } = await saved({ scope });
		expect((await get(store(), key)).scope).toEqual(scope);
	});

	test("a store keeps any text in every other field", async () => {
		const key = { userId: await newUserId(), providerId: ODD_TEXT };
		const tokens = newTokens({ sealed: `sealed ${ODD_TEXT}`, revision: `revision ${ODD_TEXT}` });
		await store().save(key, `user ${ODD_TEXT}`, tokens);
		expect(await store().acquire(key, tokens.revision, HOUR)).toBe(1);
		const outcome = { dead: false, problem: `problem ${ODD_TEXT}`, retryIn: 0 };
		expect(await store().release(key, tokens.revision, 1, outcome)).toBe(true);
		const { expiresIn, ...rest } = tokens;
		const expected = {
			...key,
			...rest,
			providerUserId: `user ${ODD_TEXT}`,
			fence: 1,
			dead: false,
			problem: outcome.problem,
		};
		expect(withoutTimes(await get(store(), key))).toEqual(expected);
		expect((await store().list(key.userId)).map(withoutTimes)).toEqual([expected]);
		expect(await store().reseal(key, tokens.sealed, `resealed ${ODD_TEXT}`)).toBe(true);
		expect(await store().commit(key, tokens.revision, { ...tokens, sealed: `new ${ODD_TEXT}` })).toBe(true);
		expect(await store().delete(key)).toMatchObject({ ...key, sealed: `new ${ODD_TEXT}` });
	});

	test("a store keeps 100 kB of encrypted text", async () => {
		const { key, tokens } = await saved({ sealed: "s".repeat(100_000) });
		expect((await get(store(), key)).sealed).toBe(tokens.sealed);
		const longer = "t".repeat(100_001);
		expect(await store().reseal(key, tokens.sealed, longer)).toBe(true);
		expect(await store().delete(key)).toMatchObject({ sealed: longer });
	});

	test("a store keeps texts that look like numbers or JSON as they are", async () => {
		const key = { userId: await newUserId(), providerId: "007" };
		await store().save(key, "1e3", newTokens({ sealed: "null", revision: "12345678901234567890" }));
		const { providerId, providerUserId, sealed, revision } = await get(store(), key);
		expect([providerId, providerUserId, sealed, revision]).toEqual([
			"007",
			"1e3",
			"null",
			"12345678901234567890",
		]);
		expect(await store().acquire(key, "12345678901234567891", HOUR)).toBeUndefined();
	});

	if (!anyUserId) return;

	test("a store keeps the grants of users with any text as their id", async () => {
		const userId = `${await newUserId()} ${ODD_TEXT}`;
		const tokens = newTokens();
		await store().save({ userId, providerId: "github" }, PROVIDER_USER_ID, tokens);
		expect(await store().get({ userId, providerId: "github" })).toMatchObject({
			userId,
			sealed: tokens.sealed,
		});
		expect(await store().list(userId)).toHaveLength(1);
		const found: string[] = [];
		for await (const grant of store().all()) if (grant.userId === userId) found.push(grant.sealed);
		expect(found).toEqual([tokens.sealed]);
		expect(await store().acquire({ userId, providerId: "github" }, tokens.revision, HOUR)).toBe(1);
		expect(await store().delete({ userId, providerId: "github" })).toMatchObject({ userId });
	});

	test("a store does not mix up users and providers whose ids together make the same text", async () => {
		const user = await newUserId();
		const keys = [":", "/", " ", '","', "\n"].flatMap((sign) => [
			{ userId: user, providerId: `a${sign}b` },
			{ userId: `${user}${sign}a`, providerId: "b" },
		]);
		const saves = keys.map((key) => ({ key, tokens: newTokens() }));
		for (const { key, tokens } of saves) await store().save(key, PROVIDER_USER_ID, tokens);
		for (const { key, tokens } of saves)
			expect(await store().get(key)).toMatchObject({ ...key, sealed: tokens.sealed });
		expect(await store().list(user)).toHaveLength(5);
	});

	test("a store does not take a user's id for a pattern, nor for the beginning of another", async () => {
		const user = await newUserId();
		await store().save({ userId: `${user}ab`, providerId: "github" }, PROVIDER_USER_ID, newTokens());
		for (const pattern of [
			user,
			`${user}*`,
			`${user}%`,
			`${user}__`,
			`${user}??`,
			`${user}[a]b`,
			`${user}AB`,
		])
			expect(await store().list(pattern), pattern).toEqual([]);
	});
}
