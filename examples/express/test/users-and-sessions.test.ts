import pg from "pg";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../embedded-postgres.ts";
import { readUsers } from "./database.ts";

const url = await startPostgres();
process.env.DATABASE_URL = url;
const { findUser, userStore } = await import("../src/users.ts");
const { createSession, deleteSession, getSession } = await import("../src/sessions.ts");

const client = new pg.Client(url);
await client.connect();
afterAll(() => client.end());

const ada = { name: "Ada", email: "ada@example.com", emailVerified: true, picture: null };
const account = (providerUserId: string) => ({ providerId: "github", providerUserId });
const succeeded = (outcomes: PromiseSettledResult<unknown>[]) =>
	outcomes.filter(({ status }) => status === "fulfilled").length;

test("createUser creates one user for an account when several callbacks come at once", async () => {
	const callbacks = Array.from({ length: 8 }, () => userStore.createUser(account("twice"), ada));
	expect(succeeded(await Promise.allSettled(callbacks))).toBe(1);
	const user = await findUser(account("twice"));
	// The other callbacks have left no user without an account.
	expect(await readUsers(url)).toEqual([{ ...ada, id: user?.id, accounts: ["github:twice"] }]);
});

test("linkAccount gives an account to one user, even twice, and refuses it to another", async () => {
	const user = await userStore.createUser(account("one"), ada);
	const other = await userStore.createUser(account("another"), ada);
	expect(await findUser(account("new"))).toBeNull();
	await userStore.linkAccount(user.id, account("new"));
	await userStore.linkAccount(user.id, account("new"));
	await expect(userStore.linkAccount(other.id, account("new"))).rejects.toThrow("another user");
	expect(await findUser(account("new"))).toEqual(user);
});

test("linkAccount gives an account to only one of two users who link it at once", async () => {
	const users = await Promise.all(["a", "b"].map((id) => userStore.createUser(account(id), ada)));
	const links = users.map(({ id }) => userStore.linkAccount(id, account("wanted")));
	expect(succeeded(await Promise.allSettled(links))).toBe(1);
	expect(users).toContainEqual(await findUser(account("wanted")));
});

test("getSession returns the user of a session until the session is deleted", async () => {
	const user = await userStore.createUser(account("session"), ada);
	const [token, other] = [await createSession(user.id), await createSession(user.id)];
	expect(await getSession(token)).toEqual({ token, user });
	await deleteSession(token);
	expect(await getSession(token)).toBeNull();
	expect(await getSession(other)).toEqual({ token: other, user });
	expect(await getSession("never-given")).toBeNull();
	expect(await getSession(undefined)).toBeNull();
});

test("createSession stores nothing that would allow signing in", async () => {
	const user = await userStore.createUser(account("thief"), ada);
	const token = await createSession(user.id);
	const { rows } = await client.query("SELECT * FROM sessions WHERE user_id = $1", [user.id]);
	expect(rows).toHaveLength(1);
	expect(JSON.stringify(rows)).not.toContain(token);
	expect(await getSession(rows[0].token_hash)).toBeNull();
});

test("an expired session is refused, and deleted when the next one is created", async () => {
	const user = await userStore.createUser(account("late"), ada);
	const token = await createSession(user.id);
	await client.query("UPDATE sessions SET expires_at = now() - interval '1 second'");
	expect(await getSession(token)).toBeNull();
	await createSession(user.id);
	expect((await client.query("SELECT FROM sessions")).rowCount).toBe(1);
});
