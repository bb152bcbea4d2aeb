import type { Intent } from "@oauth/core";
import { type SavedSession, tokenVault } from "@oauth/tokens";
import { postgresStore } from "@oauth/tokens/postgres";
import { database } from "./database.ts";
import { env } from "./env.ts";
import { providers } from "./providers.ts";

/** The tokens of all users, encrypted. */
export const vault = tokenVault({
	store: postgresStore(database.$client),
	// To change the key, put the new one first, call `vault.rotateKeys()`, then remove the old one.
	keys: [env.TOKEN_KEY],
	providers,
});

/** Keeps the tokens of a session, but not those of a sign-in in place of tokens with more scopes. */
export async function keepTokens(userId: string, session: SavedSession & { intent: Intent }): Promise<void> {
	const { providerId, providerUserId, tokens, requestedScope = [] } = session;
	const scope = tokens.scope ?? requestedScope;
	const grants = await vault.list(userId);
	const hasMore = grants.some(
		(grant) =>
			grant.providerId === providerId &&
			grant.providerUserId === providerUserId &&
			!grant.isDead &&
			grant.scope?.some((name) => !scope.includes(name)),
	);
	if (session.intent === "link" || !hasMore) await vault.save(userId, session);
}
