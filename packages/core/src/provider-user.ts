import type { Client, UserRequest } from "./definition.js";
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
	const secrets = [accessToken, tokens.refreshToken, tokens.idToken];
	try {
		const providerUser = await (client.getUser ?? getEndpointUser)({
			client,
			endpoints: endpoints as Record<string, string>,
			tokens,
			email,
			expectedNonce,
			callbackParams,
			get: (url, options) =>
				send(client, "user", url, {
					...options,
					accessToken,
					findProblem: (response) => findError(response, options) ?? options?.findProblem?.(response),
				}),
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
		const problem = client.accountProblem?.(Object(providerUser));
		if (problem)
			throw failure(client, "FAILED_REQUEST", {
				step: "user",
				reason: `the account ${problem}`,
				advice: "The user has to ask the provider",
				secrets,
			});
		return { providerUser, failedRequests };
	} catch (cause) {
		if (OAuthError.is(cause)) throw cause;
		throw failure(client, "INVALID_PROFILE", { step: "user", cause, secrets });
	}
}

/**
 * Finds an error whose status is a success: its id must not become a user's. Of an object as `error`, a provider's own
 * `findProblem` knows more: TikTok's says `ok`.
 */
function findError(response: unknown, { findProblem }: UserRequest = {}): string | undefined {
	const { error } = Object(response);
	return error && (typeof error === "string" || !findProblem) ? "the response is an error" : undefined;
}

const getEndpointUser: NonNullable<Client["getUser"]> = async ({ client, get, endpoints }) => {
	const { userPath, userRequest } = client;
	const userIn = (response: unknown) =>
		(userPath?.split(".") ?? []).reduce((part, name) => Object(part)[name], response);
	// GraphQL and some others send their errors with status 200, in place of the user.
	const findProblem = (response: unknown) =>
		findError(response) ??
		userRequest?.findProblem?.(response) ??
		(userPath && !userIn(response) ? `the response has no ${userPath}` : undefined);
	return userIn(await get(`${endpoints.user}`, { ...userRequest, findProblem }));
};
