import type { Client, SignedIn } from "./definition.js";
import { ERRORS } from "./error.js";
import { failure } from "./failure.js";
import { normalizeProfile } from "./profile.js";
import type { Intent, ProviderIdentity, UserSession, UserStore } from "./provider.js";

/** Makes the session of a user whom the provider has authenticated. */
export async function createSession<ProviderUser, TokenSet, User, Attributes>(
	client: Client,
	store: UserStore<User, Attributes> | undefined,
	signedIn: SignedIn<ProviderUser, TokenSet>,
	intent?: Intent,
): Promise<ProviderIdentity<ProviderUser, TokenSet>> {
	const profile = toProfile(client, signedIn.providerUser);
	const identity = {
		failedRequests: [],
		...signedIn,
		providerId: client.id,
		providerUserId: profile.id,
		profile,
	};
	return store ? withUser(client, store, identity, intent) : identity;
}

function toProfile(client: Client, providerUser: unknown) {
	let cause: unknown;
	try {
		const profile = normalizeProfile(
			client.toProfile(Object(providerUser)),
			client.idServer?.replace(/^https:\/\//, ""),
		);
		if (profile) return profile;
	} catch (error) {
		cause = error;
	}
	throw failure(client, "INVALID_PROFILE", { step: "user", cause });
}

/** Adds the app's user, and the methods that create or link one. */
async function withUser<ProviderUser, TokenSet, User, Attributes>(
	client: Client,
	store: UserStore<User, Attributes>,
	identity: ProviderIdentity<ProviderUser, TokenSet>,
	intent: Intent | undefined,
): Promise<UserSession<ProviderUser, User, Attributes, TokenSet>> {
	const { providerId, providerUserId } = identity;
	const account = { providerId, providerUserId };
	const getUser = async () => store.getUser(account, identity);
	const refuse = (other: Intent, method: string) => {
		if (intent === other)
			throw failure(client, "FLOW_MISMATCH", {
				step: "account",
				reason: `${method}() was called in a flow that began with the intent "${other}"`,
				advice: "Developer: check the session's intent",
			});
	};
	return {
		...identity,
		existingUser: (await getUser()) ?? null,
		async createUser(userAttributes) {
			refuse("link", "createUser");
			try {
				return await store.createUser(account, userAttributes ?? ({} as Attributes));
			} catch (error) {
				// Another callback of the same user may have been faster.
				const winner = await getUser().catch(() => null);
				if (winner) return winner;
				throw error;
			}
		},
		async linkAccount(userId) {
			refuse("sign-in", "linkAccount");
			try {
				await store.linkAccount(userId, account);
			} catch (cause) {
				const owner = await getUser().catch(() => null);
				// Where the account is the user's own, the store has failed for another reason.
				if (!owner || hasId(owner, userId)) throw cause;
				const [reason] = ERRORS.ACCOUNT_IN_USE;
				throw failure(client, "ACCOUNT_IN_USE", { step: "account", reason, cause });
			}
		},
	};
}

/** Looks at every property: only the store knows which one holds the id, and whether as text. */
function hasId(user: object, userId: string): boolean {
	return Object.values(user).some((value) => Object(value) !== value && String(value) === userId);
}
