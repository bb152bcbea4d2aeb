import type { Account, UserStore } from "@oauth/core";
import { statement, transaction } from "./database.ts";

export interface User {
	id: string;
	name: string;
	email: string | null;
	/** `null` where the provider doesn't say. */
	emailVerified: boolean | null;
	picture: string | null;
}

export type Attributes = Omit<User, "id">;

/** A row of the table `users`. */
export interface UserRow {
	id: string;
	name: string;
	email: string | null;
	email_verified: number | null;
	picture: string | null;
}

/** Returns the user who has this account. */
async function findUser(account: Account): Promise<User | null> {
	const row = await statement(
		"SELECT users.* FROM users JOIN accounts ON user_id = id WHERE provider_id = ? AND provider_user_id = ?",
		...keyOf(account),
	).first<UserRow>();
	return row && toUser(row);
}

/** Everything that the providers need to know about this app's users. */
export const users: UserStore<User, Attributes> = {
	getUser: findUser,

	async createUser(account, attributes) {
		const { name, email, emailVerified, picture } = attributes;
		const id = crypto.randomUUID();
		// If the account already belongs to a user, its key makes both statements fail.
		await transaction(
			statement("INSERT INTO users VALUES (?, ?, ?, ?, ?)", id, name, email, emailVerified, picture),
			statement("INSERT INTO accounts VALUES (?, ?, ?)", ...keyOf(account), id),
		);
		return { id, ...attributes };
	},

	async linkAccount(userId, account) {
		await statement(
			"INSERT INTO accounts VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
			...keyOf(account),
			userId,
		).run();
		const owner = await findUser(account);
		if (owner?.id !== userId) throw new Error("The account belongs to another user");
	},
};

/** Returns the accounts by which a user signs in. */
export async function readAccounts(userId: string): Promise<Account[]> {
	const { results } = await statement(
		"SELECT provider_id AS providerId, provider_user_id AS providerUserId FROM accounts WHERE user_id = ?",
		userId,
	).all<{ providerId: string; providerUserId: string }>();
	return results;
}

export function toUser({ email_verified, ...row }: UserRow): User {
	return { ...row, emailVerified: email_verified === null ? null : email_verified === 1 };
}

function keyOf({ providerId, providerUserId }: Account) {
	return [providerId, providerUserId];
}
