import type { Account, UserStore } from "./provider.js";

interface NewKey extends Account {
	password: null;
}

/** The members that both versions share. */
interface LuciaBase<User> {
	getUser(userId: string): Promise<User>;
	deleteUser(userId: string): Promise<void>;
	useKey(providerId: string, providerUserId: string, password: null): Promise<{ userId: string }>;
	getAllUserKeys(userId: string): Promise<unknown[]>;
}

/** A `lucia-auth` 1.x instance. */
export interface Lucia1<User, Attributes> extends LuciaBase<User> {
	createUser(data: { primaryKey: NewKey; attributes: Attributes }): Promise<User>;
	createKey(userId: string, key: NewKey & { type: "persistent" }): Promise<unknown>;
}

/** A `lucia` 2.x instance. */
export interface Lucia2<User, Attributes> extends LuciaBase<User> {
	createUser(data: { key: NewKey; attributes: Attributes }): Promise<User>;
	createKey(key: NewKey & { userId: string }): Promise<unknown>;
}

/** A Lucia instance of either version. */
export type Lucia<User, Attributes> = Lucia1<User, Attributes> | Lucia2<User, Attributes>;

export function isLucia<User, Attributes>(auth: unknown): auth is Lucia<User, Attributes> {
	return "useKey" in Object(auth);
}

function isLucia1<User, Attributes>(auth: Lucia<User, Attributes>): auth is Lucia1<User, Attributes> {
	return "validateSessionUser" in auth;
}

/** Makes a `UserStore` of Lucia, in which an account is a key without a password. */
export function luciaUserStore<User, Attributes>(auth: Lucia<User, Attributes>): UserStore<User, Attributes> {
	const findUserId = async ({ providerId, providerUserId }: Account) => {
		try {
			return (await auth.useKey(providerId, providerUserId, null)).userId;
		} catch (error) {
			if ((error as Error).message === "AUTH_INVALID_KEY_ID") return null;
			throw error;
		}
	};
	return {
		async getUser(account) {
			const userId = await findUserId(account);
			return userId === null ? null : auth.getUser(userId);
		},
		createUser(account, attributes) {
			const key = { ...account, password: null };
			return isLucia1(auth)
				? withoutOrphan(
						auth,
						() => findUserId(account),
						() => auth.createUser({ primaryKey: key, attributes }),
					)
				: auth.createUser({ key, attributes });
		},
		async linkAccount(userId, account) {
			const key = { ...account, password: null };
			try {
				await (isLucia1(auth)
					? auth.createKey(userId, { ...key, type: "persistent" })
					: auth.createKey({ ...key, userId }));
			} catch (error) {
				if ((await findUserId(account)) !== userId) throw error;
			}
		},
	};
}

/**
 * Deletes the user that a failed `createUser` leaves behind: lucia-auth 1.x writes the user and then the key, on SQLite
 * without a transaction. Where the key is taken, only `generateUserId` knows the id of the user without a key.
 */
async function withoutOrphan<User>(
	auth: LuciaBase<User> & { generateUserId?: () => string | Promise<string> },
	findUserId: () => Promise<string | null>,
	createUser: () => Promise<User>,
): Promise<User> {
	const { generateUserId } = auth;
	if (!generateUserId || Object.isFrozen(auth)) return createUser();
	let userId: string | Promise<string> = "";
	let user: Promise<User>;
	auth.generateUserId = () => (userId = generateUserId());
	try {
		// Lucia calls it before its first `await`, so no other call sees the replacement.
		user = createUser();
	} finally {
		auth.generateUserId = generateUserId;
	}
	try {
		return await user;
	} catch (error) {
		const orphan = await userId;
		const keys = await auth.getAllUserKeys(orphan).catch(() => null);
		// Unless the account is taken, the failure had another reason, and the user without keys may be an older one.
		if (keys?.length === 0 && (await findUserId()) !== null) await auth.deleteUser(orphan);
		throw error;
	}
}
