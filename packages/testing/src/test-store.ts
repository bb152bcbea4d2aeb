import { randomUUID } from "node:crypto";
import type { GrantStore } from "@oauth/tokens";
import { beforeAll, describe } from "vitest";
import { testLeases } from "./store/leases.js";
import { testOddValues } from "./store/odd-values.js";
import { testOutcomes } from "./store/outcomes.js";
import { testReads } from "./store/reads.js";
import { createSubject } from "./store/subject.js";
import { testWrites } from "./store/writes.js";

/** The options of {@link testStore}. */
export interface StoreTestOptions {
	/**
	 * Returns the id of a new user, where a text of any kind will not do: a UUID, the id of a row that was just inserted, …
	 *
	 * @default a random text
	 */
	newUserId?: () => string | Promise<string>;
}

/**
 * Tests a store of grants against all that the vault relies on. Call it in a test file. Each test makes users of its own, so
 * that the database need not be empty, and leaves their grants behind.
 *
 * @param open returns the store, whose table must exist by then. It is called once, before the first test.
 */
export function testStore(
	open: () => GrantStore | Promise<GrantStore>,
	{ newUserId }: StoreTestOptions = {},
): void {
	describe("the contract of a store", () => {
		let store: GrantStore;
		beforeAll(async () => {
			store = await open();
		});
		const subject = createSubject(() => store, newUserId ?? (() => `user-${randomUUID()}`));
		testReads(subject);
		testWrites(subject);
		testLeases(subject);
		testOutcomes(subject);
		testOddValues(subject, { anyUserId: !newUserId });
	});
}
