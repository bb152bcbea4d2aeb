import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import { send } from "./http.js";
import type { CallbackChecks, Tokens } from "./provider.js";
import { share } from "./share.js";

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-4.1.3 */
export async function redeemCode(
	client: Client,
	code: string,
	{ codeVerifier }: CallbackChecks,
): Promise<Tokens> {
	if (!code || typeof code !== "string")
		throw failure(client, "FAILED_REQUEST", { step: "token", detail: "no code" });
	return requestTokens(client, "token", {
		grant_type: "authorization_code",
		code,
		redirect_uri: client.redirectUri,
		code_verifier: codeVerifier,
	});
}

/** The refreshes under way in this process. A rotated token that comes twice is taken for stolen, and ends both. */
const refreshing = new Map<string, Promise<Tokens>>();

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-6 */
export async function refreshTokens(client: Client, refreshToken: string): Promise<Tokens> {
	if (client.refresh === false) throw failure(client, "NOT_SUPPORTED", { step: "refresh" });
	const form = { grant_type: "refresh_token", refresh_token: refreshToken };
	const key = `${[client.endpoints.token, client.clientId, refreshToken]}`;
	const refresh = () => requestTokens(client, "refresh", form).finally(() => refreshing.delete(key));
	return { refreshToken, ...(await share(refreshing, key, client, refresh)) };
}

/** @see https://www.rfc-editor.org/rfc/rfc7009#section-2.1 */
export async function revokeToken(client: Client, token: string): Promise<void> {
	const { revocation } = client.endpoints;
	if (!revocation) throw failure(client, "NOT_SUPPORTED", { step: "revocation" });
	const request = client.revocationRequest?.(token) ?? { form: { token } };
	await send(client, "revocation", revocation, {
		method: "POST",
		clientAuth: client.clientAuth,
		bodyOptional: !request.isAnswer,
		...request,
	});
}

async function requestTokens(
	client: Client,
	step: "token" | "refresh",
	form: Record<string, string | undefined>,
): Promise<Tokens> {
	return readTokens(
		await send(client, step, client.endpoints.token as string, {
			method: "POST",
			clientAuth: client.clientAuth,
			form,
			isAnswer: hasTokens,
		}),
	);
}

/** Some providers send their errors with status 200. */
function hasTokens(answer: unknown): boolean {
	const { access_token, error } = Object(answer);
	return !error && !!access_token && typeof access_token === "string";
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-5.1 */
function readTokens(raw: Record<string, unknown> & { access_token: string }): Tokens {
	const text = (name: string) => (typeof raw[name] === "string" ? raw[name] : undefined);
	// Some providers send the seconds as text.
	const expiry = (name: string) => {
		const seconds = Number(text(name) ?? (typeof raw[name] === "number" ? raw[name] : 0));
		return seconds > 0 && seconds < 1e11 ? new Date(Date.now() + seconds * 1000) : undefined;
	};
	// A list, or text with a separator of the provider's choice.
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
