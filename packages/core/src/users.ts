import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import { isLucia, type Lucia, luciaUserStore } from "./lucia.js";
import type { Account, Intent, ProviderIdentity, ProviderSession } from "./provider.js";

/** Where the app keeps its users, in three functions of its own. */
export interface UserStore<User, Attributes> {
	/** The user whose account it is; `null` when it is nobody's. */
	getUser(account: Account): Promise<User | null>;
	/** Makes a user with this account. Must fail when the account has become somebody's: let a unique key see to it. */
	createUser(account: Account, attributes: Attributes): Promise<User>;
	/** Gives the account to a user. Must fail when it is another user's, and succeed when it is theirs already. */
	linkAccount(userId: string, account: Account): Promise<void>;
}

/** What a provider takes first: a `lucia-auth` 1.x or `lucia` 2.x instance as it is, or a `UserStore`. */
export type Auth<User, Attributes> = Lucia<User, Attributes> | UserStore<User, Attributes>;

/** `null` for what is neither, such as an `auth` that an import cycle has left `undefined`. */
export function toUserStore<User, Attributes>(
	auth: Auth<User, Attributes>,
): UserStore<User, Attributes> | null {
	if (isLucia<User, Attributes>(auth)) return luciaUserStore(auth);
	return "linkAccount" in Object(auth) ? auth : null;
}

/** The identity, and what can be made of it in the app. */
export async function withUser<ProviderUser, TokenSet, User, Attributes>(
	client: Client,
	store: UserStore<User, Attributes>,
	identity: ProviderIdentity<ProviderUser, TokenSet>,
	intent: Intent | undefined,
): Promise<ProviderSession<ProviderUser, User, Attributes, TokenSet>> {
	const account = { providerId: client.id, providerUserId: identity.providerUserId };
	const refuse = (other: Intent) => {
		if (intent === other)
			throw failure(client, "FLOW_MISMATCH", { step: "account", detail: `intent: "${other}"` });
	};
	return {
		...identity,
		existingUser: (await store.getUser(account)) ?? null,
		async createUser(userAttributes) {
			refuse("link");
			try {
				return await store.createUser(account, userAttributes ?? ({} as Attributes));
			} catch (error) {
				// Another callback of the same person may have been faster.
				const winner = await store.getUser(account);
				if (winner) return winner;
				throw error;
			}
		},
		async linkAccount(userId) {
			refuse("sign-in");
			try {
				await store.linkAccount(userId, account);
			} catch (cause) {
				if (!(await store.getUser(account))) throw cause;
				throw failure(client, "ACCOUNT_IN_USE", { step: "account", cause });
			}
		},
	};
}
