import type { Client, UserContext } from "./definition.js";
import { OAuthError } from "./error.js";
import { failure } from "./failure.js";
import { send } from "./http.js";
import { normalizeProfile } from "./profile.js";
import type { ProviderIdentity, Tokens } from "./provider.js";

/** The person whom the tokens are for. */
export function getProviderUser<ProviderUser>(
	client: Client,
	tokens: Tokens,
	expectedNonce: string | undefined,
	callbackParams: Record<string, string>,
): Promise<ProviderUser> {
	const { accessToken } = tokens;
	const endpoints = client.endpoints as UserContext["endpoints"];
	const get: UserContext["get"] = (url, options) => send(client, "user", url, { ...options, accessToken });
	return client.getUser({ ...client, endpoints, tokens, expectedNonce, callbackParams, get });
}

/** Says who the person is, once the provider has: `getUser` asks it. */
export async function identify<ProviderUser, TokenSet>(
	client: Client,
	tokens: TokenSet,
	getUser: () => Promise<ProviderUser>,
): Promise<ProviderIdentity<ProviderUser, TokenSet>> {
	let cause: unknown;
	try {
		const providerUser = await getUser();
		const profile = normalizeProfile(client.toProfile(providerUser), client.idServer);
		if (profile) return { providerUser, providerUserId: profile.id, profile, tokens };
	} catch (error) {
		if (OAuthError.is(error)) throw error;
		cause = error;
	}
	throw failure(client, "INVALID_PROFILE", { step: "user", cause });
}
