import type { Database } from "better-sqlite3";
import { expect } from "vitest";
import type { Outcome } from "./person.ts";
import type { ServerProcess } from "./server-process.ts";

/** All have ended at the page of who is signed in, and no cookie is left of the flow. */
export function expectSignedIn(outcomes: Outcome[]): void {
	for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 200, cookies: ["auth_session"] });
}

/** There are these accounts, each with one user of its own, and no user besides. Gives the users' ids by account. */
export function expectOneUserEach(db: Database, accounts: string[]): Map<string, string> {
	const keys = db.prepare<[], [string, string]>("SELECT id, user_id FROM auth_key").raw().all();
	const users = db.prepare("SELECT id FROM auth_user").pluck().all();
	expect(keys.map(([account]) => account).sort()).toEqual([...accounts].sort());
	expect(keys.map(([, userId]) => userId).sort()).toEqual(users.sort());
	return new Map(keys);
}

/** Neither has died or said a word: no error, no warning, no unhandled rejection. */
export function expectQuiet(instances: ServerProcess[]): void {
	for (const { hasEnded, output } of instances)
		expect({ hasEnded: hasEnded(), output: output() }).toEqual({ hasEnded: false, output: "" });
}
