import { randomBytes } from "node:crypto";
import { CLIENT, defineAcme, type Quirks } from "@oauth/test-kit/acme";
import { type Handler, type Loopback, type ReceivedRequest, sendJson, serve } from "@oauth/test-kit/loopback";
import { type ApiClient, type ClientOptions, type TokenVault, tokenVault } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";

import { vi } from "vitest";

export const OLD = "the-first-access-token";
export const NEW = "another-access-token";
export const REFRESH = "refresh-token-of-ada";
export const SECRETS = [OLD, NEW, REFRESH, "next-refresh-token", CLIENT.clientSecret];

/** An API, the provider that issues its tokens, and a vault with the grant of one user. */
export interface Connected {
	/** The API. `on` and `fail` say how it responds. */
	api: Loopback;
	vault: TokenVault;
	/** The token endpoint's server. */
	issuer: Loopback;
	client: ApiClient;
	/** Makes another client of the same user. */
	clientWith(options: ClientOptions): ApiClient;
	/** Keeps an access token in place of the one before. */
	save(accessToken: string, refreshToken?: string): Promise<void>;
}

/** Connects a user whose access token is five minutes old: one that was issued just now is not refreshed. */
export async function connect(options: ClientOptions = {}, quirks: Quirks = {}): Promise<Connected> {
	const api = await serve({ "/": { ok: true } });
	const issuer = await serve({
		"/token": { access_token: NEW, token_type: "Bearer", refresh_token: "next-refresh-token" },
	});
	const vault = tokenVault({
		store: memoryStore(),
		keys: [randomBytes(32).toString("base64")],
		providers: [defineAcme(issuer.url, quirks)(CLIENT)],
	});
	const clientWith = (own: ClientOptions) =>
		vault.client("user", "acme", { baseURL: api.url, retryDelay: 1, ...own });
	async function save(accessToken: string, refreshToken?: string) {
		const tokens = { accessToken, tokenType: "Bearer", refreshToken, raw: {} };
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() - 300_000 });
		await vault
			.save("user", { providerId: "acme", providerUserId: "36", tokens })
			.finally(() => vi.useRealTimers());
	}
	await save(OLD, REFRESH);
	return { api, issuer, vault, client: clientWith(options), clientWith, save };
}

/** Responds with 401 unless the request has this token. */
export function onlyFor(token: string): Handler {
	return ({ headers }, response) => {
		const isRight = headers.authorization === `Bearer ${token}`;
		sendJson(response, isRight ? 200 : 401, isRight ? { ok: true } : { error: "invalid_token" });
	};
}

/** Responds with each handler in turn, then with 200. */
export function inTurn(...handlers: Handler[]): Handler {
	return (request, response) => {
		const handler = handlers.shift();
		return handler ? handler(request, response) : sendJson(response, 200, { ok: true });
	};
}

/** Responds with a status. */
export function status(code: number, headers: Record<string, string> = {}): Handler {
	return (_, response) => sendJson(response, code, { message: "no" }, headers);
}

/** Breaks the connection. */
export const breaks: Handler = (_, response) => response.destroy();

/** Responds never. */
export const silent: Handler = () => {};

export function authorizationsOf(requests: ReceivedRequest[]): (string | undefined)[] {
	return requests.map(({ headers }) => headers.authorization);
}
