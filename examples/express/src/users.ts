import { randomUUID } from "node:crypto";
import type { Account, UserStore } from "@oauth/core";
import { and, eq } from "drizzle-orm";
import { database } from "./database.ts";
import { accounts, type User, users } from "./schema.ts";

/** Returns the user who has this account. */
export async function findUser({ providerId, providerUserId }: Account): Promise<User | null> {
	const [found] = await database
		.select({ user: users })
		.from(accounts)
		.innerJoin(users, eq(users.id, accounts.userId))
		.where(and(eq(accounts.providerId, providerId), eq(accounts.providerUserId, providerUserId)));
	return found?.user ?? null;
}

/** Everything that the providers need to know about this app's users. */
export const userStore: UserStore<User, Omit<User, "id">> = {
	getUser: findUser,

	// The key of `accounts` refuses the second of two simultaneous callbacks, and the transaction rolls its user back.
	createUser: (account, attributes) =>
		database.transaction(async (transaction) => {
			const user = { id: randomUUID(), ...attributes };
			await transaction.insert(users).values(user);
			await transaction.insert(accounts).values({ ...account, userId: user.id });
			return user;
		}),

	async linkAccount(userId, account) {
		await database
			.insert(accounts)
			.values({ ...account, userId })
			.onConflictDoNothing();
		const owner = await findUser(account);
		if (owner?.id !== userId) throw new Error("The account belongs to another user");
	},
};

export function getAccounts(userId: string): Promise<Account[]> {
	const { providerId, providerUserId } = accounts;
	return database.select({ providerId, providerUserId }).from(accounts).where(eq(accounts.userId, userId));
}
