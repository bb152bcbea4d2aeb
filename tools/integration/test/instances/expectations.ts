import type { Database } from "better-sqlite3";
import { expect } from "vitest";
import type { ServerProcess } from "./server-process.ts";
import type { Outcome } from "./sign-in.ts";

/** Expects that all have ended at the page for signed-in users, and that no cookie of the flow remains. */
export function expectSignedIn(outcomes: Outcome[]): void {
	for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 200, cookies: ["auth_session"] });
}

/** Expects exactly these accounts, each with a user of its own, and no other users. Returns the users' ids by account. */
export function expectOneUserEach(db: Database, accounts: string[]): Map<string, string> {
	const keys = db.prepare<[], [string, string]>("SELECT id, user_id FROM auth_key").raw().all();
	const users = db.prepare("SELECT id FROM auth_user").pluck().all();
	expect(keys.map(([account]) => account).sort()).toEqual([...accounts].sort());
	expect(keys.map(([, userId]) => userId).sort()).toEqual(users.sort());
	return new Map(keys);
}

/** Expects that no instance has ended or printed anything: no error, no warning, no unhandled rejection. */
export function expectQuiet(instances: ServerProcess[]): void {
	for (const { hasEnded, output } of instances)
		expect({ hasEnded: hasEnded(), output: output() }).toEqual({ hasEnded: false, output: "" });
}
