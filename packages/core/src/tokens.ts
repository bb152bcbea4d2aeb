import { createCache } from "./cache.js";
import { defined } from "./defined.js";
import type { Client, FlowChecks, TokenParams } from "./definition.js";
import { OAuthError } from "./error.js";
import { failure } from "./failure.js";
import { send } from "./http.js";
import type { RefreshOptions, Tokens } from "./provider.js";
import { type SharedCall, share } from "./share.js";

/** How long calls with the same refresh token share a request: a rotated token that is sent twice looks stolen. */
const SHARE_MS = 60_000;

/** The part of the time in which a token can be used again after which it is sent again: the response may be lost. */
const LEEWAY_PART = 1 / 4;

/** As good as never, but a server that goes silent frees its connection. Node's own `fetch` waits for five minutes. */
const ABORT_MS = 900_000;

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 */
export async function redeemCode(
	client: Client,
	code: string,
	checks: Partial<FlowChecks>,
	callbackParams: Record<string, string> = {},
): Promise<Tokens> {
	if (client.redeemCode) return client.redeemCode(client, code, checks);
	if (!code || typeof code !== "string")
		throw failure(client, "FAILED_REQUEST", { step: "token", reason: "there is no code" });
	const params = {
		grant_type: "authorization_code",
		code,
		redirect_uri: client.redirectUri,
		code_verifier: checks.codeVerifier,
	};
	return requestTokens(client, "token", params, callbackParams);
}

const refreshes = createCache<SharedCall<Tokens>>();

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
export async function refreshTokens(
	client: Client,
	refreshToken: string,
	{ timeout = client.timeout, beforeSend }: RefreshOptions = {},
): Promise<Tokens> {
	if (client.refresh === false) throw failure(client, "NOT_SUPPORTED", { step: "refresh" });
	if (!refreshToken)
		throw failure(client, "INVALID_GRANT", { step: "refresh", reason: "there is no refresh token" });
	const { clientId, clientSecret, required, endpoints, tokenPolicy } = client;
	// Without a hash, which is async: callers in one tick have to meet before the first has its response.
	const { token, refresh } = endpoints;
	const key = JSON.stringify([token, refresh, clientId, clientSecret, required, refreshToken]);
	const params = { grant_type: "refresh_token", refresh_token: refreshToken };
	try {
		const { rotation, leeway = rotation === "never" ? 60 : Number.POSITIVE_INFINITY } = tokenPolicy ?? {};
		const lifetime = Math.min(SHARE_MS, leeway * 1000 * LEEWAY_PART);
		const tokens = await share(refreshes(client), key, lifetime, timeout, () =>
			requestTokens({ ...client, timeout: ABORT_MS }, "refresh", params, {}, beforeSend),
		);
		return rotation === "always" ? tokens : { refreshToken, ...tokens };
	} catch (cause) {
		if (!OAuthError.is(cause))
			throw failure(client, "FAILED_REQUEST", { step: "refresh", cause, advice: "Try again later" });
		const { providerError = "", providerErrorDescription = "", status, retryAfter } = cause;
		// An outage or a rate limit says nothing about the grant, whatever its words.
		const isOutage = retryAfter || status === 429 || `${status}`.startsWith("5");
		const dead = ["invalid_grant", ...(client.invalidGrantErrors ?? [])];
		if (isOutage || (!dead.includes(providerError) && !dead.includes(providerErrorDescription))) throw cause;
		throw failure(client, "INVALID_GRANT", {
			step: "refresh",
			status,
			response: { error: providerError, error_description: providerErrorDescription },
		});
	}
}

/** @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export async function revokeToken(client: Client, token: string): Promise<void> {
	const { revocation } = client.endpoints;
	if (!revocation) throw failure(client, "NOT_SUPPORTED", { step: "revocation" });
	const request = client.revocationRequest?.(token) ?? { form: { token } };
	try {
		await send(client, "revocation", revocation, {
			method: "POST",
			clientAuth: client.clientAuth,
			bodyOptional: !request.findProblem,
			...request,
		});
	} catch (error) {
		const { providerError, providerErrorDescription } = error as OAuthError;
		// An invalid token is a success by RFC 7009, section 2.2, but some providers send an error.
		if (![providerError, providerErrorDescription].some((words) => /^invalid.token$/i.test(`${words}`)))
			throw error;
	}
}

async function requestTokens(
	client: Client,
	step: "token" | "refresh",
	standard: TokenParams,
	callbackParams: Record<string, string>,
	beforeSend?: () => void,
): Promise<Tokens> {
	const { clientAuth, endpoints, tokenRequestBody = "form", toTokenRequest, toTokenResponse } = client;
	const secrets = Object.values(standard);
	let params = standard;
	try {
		params = toTokenRequest?.(standard, callbackParams) ?? standard;
	} catch (cause) {
		throw failure(client, "FAILED_REQUEST", { step, cause, secrets });
	}
	const url = (step === "refresh" && endpoints.refresh) || endpoints.token;
	const response = await send(client, step, url as string, {
		method: "POST",
		clientAuth,
		[tokenRequestBody]: defined(params),
		findProblem: findTokenProblem,
		mapResponse: toTokenResponse,
		secrets,
		beforeSend,
	});
	return readTokens(response);
}

/** Checks for an error too: some providers send theirs with status 200. */
function findTokenProblem(response: unknown): string | undefined {
	const { access_token, error } = Object(response);
	return !error && access_token && typeof access_token === "string"
		? undefined
		: "the response has no access_token";
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
function readTokens(raw: Record<string, unknown> & { access_token: string }): Tokens {
	const text = (name: string) => (typeof raw[name] === "string" ? raw[name] : undefined);
	// Some providers send the seconds as text.
	const expiry = (name: string) => {
		const seconds = Number(text(name) ?? (typeof raw[name] === "number" ? raw[name] : 0));
		return seconds > 0 && seconds < 1e11 ? new Date(Date.now() + seconds * 1000) : undefined;
	};
	// A list, or text with a separator of the provider's own.
	const scope = Array.isArray(raw.scope)
		? raw.scope.filter((value) => typeof value === "string").join(" ")
		: text("scope");
	return {
		accessToken: raw.access_token,
		tokenType: text("token_type") ?? "Bearer",
		...defined<unknown>({
			expiresAt: expiry("expires_in"),
			refreshToken: text("refresh_token"),
			refreshTokenExpiresAt: expiry("refresh_token_expires_in") ?? expiry("refresh_expires_in"),
			scope: scope?.split(/[\s,]+/).filter(Boolean),
			idToken: text("id_token"),
		}),
		raw,
	};
}
