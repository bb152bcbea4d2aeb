import type { Client } from "./definition.js";
import { OAuthError } from "./error.js";
import { failure } from "./failure.js";
import { send } from "./http.js";
import type { Tokens } from "./provider.js";

/** Asks the provider for the user of the tokens, and lists the optional requests that failed. */
export async function getProviderUser<ProviderUser>(
	client: Client,
	tokens: Tokens,
	expectedNonce: string | undefined,
	callbackParams: Record<string, string> = {},
): Promise<{ providerUser: ProviderUser; failedRequests: OAuthError[] }> {
	const failedRequests: OAuthError[] = [];
	const { accessToken } = tokens;
	const { email, endpoints } = client;
	try {
		const providerUser = await (client.getUser ?? getEndpointUser)({
			client,
			endpoints: endpoints as Record<string, string>,
			tokens,
			email,
			expectedNonce,
			callbackParams,
			get: (url, options) => send(client, "user", url, { ...options, accessToken }),
			async optional(request) {
				try {
					return await request;
				} catch (error) {
					if (!OAuthError.is(error) || error.code !== "FAILED_REQUEST") throw error;
					failedRequests.push(error);
					return undefined;
				}
			},
		});
		return { providerUser, failedRequests };
	} catch (cause) {
		if (OAuthError.is(cause)) throw cause;
		const secrets = [accessToken, tokens.refreshToken, tokens.idToken];
		throw failure(client, "INVALID_PROFILE", { step: "user", cause, secrets });
	}
}

const getEndpointUser: NonNullable<Client["getUser"]> = ({ get, endpoints }) => get(`${endpoints.user}`);
