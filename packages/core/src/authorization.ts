import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import type { AuthorizationParams } from "./provider.js";

/** Returns the scopes to ask for. @param scope those of this sign-in alone */
export function requestedScope(client: Client, scope: string[] = []): string[] {
	return [...new Set([...client.scope, ...scope])];
}

/** Returns the parameters of an authorization request. @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.1 */
export function authorizationRequest(
	client: Client,
	{ state, codeChallenge, nonce, scope, loginHint, prompt, params = {} }: AuthorizationParams,
): Record<string, string> {
	// What binds the response to the request, and the request to the app.
	const fixed = {
		response_type: "code",
		[client.clientIdParam ?? "client_id"]: client.clientId,
		redirect_uri: client.redirectUri,
		scope: requestedScope(client, scope).join(client.scopeSeparator ?? " "),
		response_mode: client.responseMode,
		state,
		code_challenge: codeChallenge,
		code_challenge_method: codeChallenge && "S256",
		nonce,
		request: undefined,
		request_uri: undefined,
	};
	const taken = Object.keys(params).find((name) => name in fixed);
	if (taken)
		throw failure(client, "INVALID_CONFIG", {
			step: "authorization",
			reason: `"params.${taken}" protects the sign-in and can't be replaced`,
		});
	return defined({
		...client.authorizationParams,
		...defined({ [client.loginHintParam ?? "login_hint"]: loginHint, prompt }),
		...params,
		...fixed,
	});
}

/** Returns the URL to redirect to, with the request in its query. */
export function authorizationUrl(client: Client, request: Record<string, string>): { url: string } {
	const { authorization } = client.endpoints;
	if (!authorization)
		throw failure(client, "INVALID_CONFIG", {
			step: "authorization",
			reason: `"endpoints.authorization" is missing, or has to be discovered first`,
			advice: "Developer: use startSignIn",
		});
	const [path, query] = authorization.split("?");
	const params = new URLSearchParams(query);
	for (const name in request) params.set(name, request[name] as string);
	return { url: `${path}?${params}` };
}
