import type { Tokens } from "@oauth/core";
import { failure } from "@oauth/core/provider";

const MAX_REDIRECTS = 5;

/** The network of a client, and the only origin that gets its tokens. */
export interface AuthorizedNetwork {
	/** The provider's id. */
	id: string;
	origin: string;
	getTokens(rejectedAccessToken?: string): Promise<Tokens>;
	network: typeof fetch | undefined;
}

/**
 * Sends a request with a user's access token. After a 401 it is sent once more with another token. Redirects of a GET or HEAD
 * are followed, to another origin without the token and without the app's own headers.
 *
 * @throws OAuthError `INVALID_CONFIG` for another origin, `FAILED_REQUEST` where there is no response, and all of `getTokens`
 */
export async function authorizedFetch(
	{ id, origin, getTokens, network = fetch }: AuthorizedNetwork,
	input: RequestInfo | URL,
	init: RequestInit = {},
): Promise<Response> {
	const request = input instanceof Request ? input : undefined;
	const first = new URL(request?.url ?? `${input}`);
	if (first.origin !== origin)
		throw failure({ id }, "INVALID_CONFIG", {
			step: "api",
			reason: `the client of ${origin} was asked for a URL of ${first.origin}, which must not get its tokens`,
			advice: "Developer: make another client with that baseURL",
		});

	const { accessToken, tokenType } = await getTokens();
	if (/^dpop$/i.test(tokenType))
		throw failure({ id }, "NOT_SUPPORTED", {
			step: "api",
			reason: "its access tokens are bound to a key",
			advice: "Developer: use the methods of the provider's package",
		});
	const send = async (url: URL, token: string, isOwn = true): Promise<Response> => {
		const headers = new Headers(isOwn ? (init.headers ?? request?.headers) : undefined);
		if (isOwn) headers.set("authorization", `Bearer ${token}`);
		// Some APIs refuse requests without one, and some runtimes send none.
		if (!headers.has("user-agent")) headers.set("user-agent", `oauth-${id}`);
		try {
			return await network(request && url === first ? request.clone() : url, {
				...init,
				headers,
				redirect: "manual",
			});
		} catch (cause) {
			if (init.signal?.aborted) throw cause;
			throw failure({ id }, "FAILED_REQUEST", {
				step: "api",
				cause,
				advice: "Try again later",
				secrets: [token],
			});
		}
	};

	let token = accessToken;
	let response = await send(first, token);
	if (response.status === 401 && isRepeatable(init.body)) {
		await response.body?.cancel();
		token = (await getTokens(token)).accessToken;
		response = await send(first, token);
	}

	const method = (init.method ?? request?.method ?? "GET").toUpperCase();
	let url = first;
	let isOwn = true;
	for (let count = 0; count < MAX_REDIRECTS && ["GET", "HEAD"].includes(method); count++) {
		const location = isRedirect(response.status) && response.headers.get("location");
		if (!location || !URL.canParse(location, url)) break;
		await response.body?.cancel();
		url = new URL(location, url);
		// Once it has left, it stays without: a site that it came to must not send the token anywhere.
		isOwn &&= url.origin === origin;
		response = await send(url, token, isOwn);
	}
	return response;
}

/** A stream has been read when the response comes. */
function isRepeatable(body: unknown): boolean {
	return typeof Object(body).getReader !== "function" && typeof Object(body).pipe !== "function";
}

function isRedirect(status: number): boolean {
	return [301, 302, 303, 307, 308].includes(status);
}
