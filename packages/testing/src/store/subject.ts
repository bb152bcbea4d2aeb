import { randomUUID } from "node:crypto";
import type { GrantKey, GrantStore, GrantTokens, StoredGrant } from "@oauth/tokens";
import { expect } from "vitest";

/** The store under test, and the steps that its tests share. */
export interface Subject {
	store(): GrantStore;
	/** Returns the id of a user who has no grants. */
	newUserId(): string | Promise<string>;
	/** Saves a grant of a new user, and returns it. */
	saved(tokens?: Partial<GrantTokens>): Promise<Saved>;
	/** Runs steps that must write nothing, and compares the grant before and after. */
	expectUnchanged(key: GrantKey, steps: () => Promise<unknown>): Promise<void>;
}

/** A grant that was saved, as it must be returned. */
export interface Saved {
	key: GrantKey;
	tokens: GrantTokens;
	/** All of the grant but its times. */
	grant: Omit<StoredGrant, Times>;
}

type Times = "expiresIn" | "leaseEndsIn" | "retryIn";

export const HOUR = 3_600_000;

/** How long a test waits for the end of a lease that is shorter. */
export const SOON_MS = 20_000;

export const PROVIDER_USER_ID = "583231";

/** By how much a time may be off. The tests take no longer, and a store may round. */
const PASSED_MS = 60_000;
const ROUNDED_MS = 1_000;

export function createSubject(store: () => GrantStore, newUserId: Subject["newUserId"]): Subject {
	return {
		store,
		newUserId,
		async saved(more) {
			const key = { userId: await newUserId(), providerId: "github" };
			const tokens = newTokens(more);
			await store().save(key, PROVIDER_USER_ID, tokens);
			const { expiresIn, ...rest } = tokens;
			const grant = { ...key, ...rest, providerUserId: PROVIDER_USER_ID, fence: 0, dead: false };
			return { key, tokens, grant };
		},
		async expectUnchanged(key, steps) {
			const before = await get(store(), key);
			await steps();
			const after = await get(store(), key);
			expect(withoutTimes(after)).toEqual(withoutTimes(before));
			for (const name of ["expiresIn", "leaseEndsIn", "retryIn"] as const)
				expectTime(after[name], before[name]);
		},
	};
}

/** Makes tokens that no other call makes. */
export function newTokens(more: Partial<GrantTokens> = {}): GrantTokens {
	return {
		sealed: `sealed-${randomUUID()}`,
		revision: randomUUID(),
		scope: ["repo", "user:email"],
		expiresIn: HOUR,
		...more,
	};
}

/** Returns a grant that must be there. */
export async function get(store: GrantStore, key: GrantKey): Promise<StoredGrant> {
	const grant = await store.get(key);
	if (!grant) return expect.fail("the store has no such grant");
	return grant;
}

export function withoutTimes({
	expiresIn,
	leaseEndsIn,
	retryIn,
	...rest
}: StoredGrant): Omit<StoredGrant, Times> {
	return rest;
}

/** Expects a time to be the given one, less the little that has passed. */
export function expectTime(actual: number | undefined, given: number | undefined): void {
	if (given === undefined) {
		expect(actual).toBeUndefined();
	} else {
		expect(actual).toBeGreaterThan(given - PASSED_MS);
		expect(actual).toBeLessThan(given + ROUNDED_MS);
	}
}

/** Expects that no lease runs, or no pause. */
export function expectOver(time: number | undefined): void {
	expect(time ?? 0).toBeLessThanOrEqual(0);
}

/** Expects a grant that can be refreshed, and has no trace of an earlier refresh. */
export function expectFresh(actual: StoredGrant, { grant, tokens }: Pick<Saved, "grant" | "tokens">): void {
	expect(withoutTimes(actual)).toEqual(grant);
	expectTime(actual.expiresIn, tokens.expiresIn);
	expectOver(actual.leaseEndsIn);
	expectOver(actual.retryIn);
}

/** Takes the lease of a grant as soon as an earlier lease or pause is over. */
export async function acquireSoon(
	store: GrantStore,
	key: GrantKey,
	revision: string,
	fence: number,
): Promise<void> {
	await expect.poll(() => store.acquire(key, revision, HOUR), { timeout: SOON_MS }).toBe(fence);
}

/** Runs a step many times at once, and returns the results. */
export function atOnce<Result>(times: number, step: (index: number) => Promise<Result>): Promise<Result[]> {
	return Promise.all(Array.from({ length: times }, (_, index) => step(index)));
}
