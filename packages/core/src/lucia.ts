import type { Account, UserStore } from "./provider.js";

interface NewKey extends Account {
	password: null;
}

/** What both versions can do. */
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

export type Lucia<User, Attributes> = Lucia1<User, Attributes> | Lucia2<User, Attributes>;

export function isLucia<User, Attributes>(auth: unknown): auth is Lucia<User, Attributes> {
	return "useKey" in Object(auth);
}

function isLucia1<User, Attributes>(auth: Lucia<User, Attributes>): auth is Lucia1<User, Attributes> {
	return "validateSessionUser" in auth;
}

/** Users in Lucia: an account is a key without a password. */
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
 * lucia-auth 1.x writes the user and then the key. Where its adapter does so without a transaction (SQLite), a key that is
 * taken leaves a user without one behind, whose id only `generateUserId` has seen.
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
		// It asks for the id before its first `await`, so nobody else sees the replacement.
		user = createUser();
	} finally {
		auth.generateUserId = generateUserId;
	}
	try {
		return await user;
	} catch (error) {
		const orphan = await userId;
		const keys = await auth.getAllUserKeys(orphan).catch(() => null);
		// Only where the account is taken is that the reason, and the user without keys the one of just now.
		if (keys?.length === 0 && (await findUserId()) !== null) await auth.deleteUser(orphan);
		throw error;
	}
}
