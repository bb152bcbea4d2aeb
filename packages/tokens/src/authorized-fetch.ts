import type { Tokens } from "@oauth/core";
import { fail } from "./failures.js";

const MAX_REDIRECTS = 5;

/** The network of a client, and the only origin that gets its tokens. */
export interface AuthorizedNetwork {
	/** The provider's id. */
	id: string;
	origin: string;
	getTokens(rejectedAccessToken?: string): Promise<Tokens>;
	network: typeof fetch | undefined;
	/** Gets the access tokens that are sent, so that they can be kept out of errors. */
	secrets: string[];
}

/**
 * Sends a request with a user's access token. After a 401 it is sent once more with another token. Redirects of a GET or HEAD
 * are followed, to another origin without the token and without the app's own headers.
 *
 * @throws OAuthError `INVALID_CONFIG` for another origin, `FAILED_REQUEST` where there is no response or a redirect is not
 * followed, and all of `getTokens`. The reason of an aborted signal is thrown as it is.
 */
export async function authorizedFetch(
	{ id, origin, getTokens, network = fetch, secrets }: AuthorizedNetwork,
	input: RequestInfo | URL,
	init: RequestInit = {},
): Promise<Response> {
	const request = input instanceof Request ? input : undefined;
	const method = (init.method ?? request?.method ?? "GET").toUpperCase();
	const redirect = init.redirect ?? request?.redirect;
	const signal = init.signal ?? request?.signal;

	const url = request?.url ?? `${input}`;
	if (!URL.canParse(url) || new URL(url).origin !== origin)
		throw fail(id, "INVALID_CONFIG", {
			step: "api",
			reason: `the URL is not one of ${origin}, which alone gets these tokens`,
			advice: `Developer: begin a path with "/", or make another client with that baseURL`,
		});
	const first = new URL(url);

	/** Returns the error of a request without a response. It may quote the request, and the app's own `fetch` writes it. */
	function broken(cause: unknown): unknown {
		if (signal?.aborted) return signal.reason;
		return fail(id, "FAILED_REQUEST", { step: "api", cause, advice: "Try again later", secrets });
	}

	async function findToken(rejected?: string): Promise<string> {
		// A refresh takes its time, and goes on without this caller.
		const { accessToken, tokenType } = await unlessAborted(signal, getTokens(rejected));
		if (/^dpop$/i.test(tokenType))
			throw fail(id, "NOT_SUPPORTED", {
				step: "api",
				reason: "its access tokens are bound to a key",
				advice: "Developer: use the methods of the provider's package",
			});
		secrets.push(accessToken);
		return accessToken;
	}

	/** Sends one request. Without a token, it also goes without the app's headers. */
	async function send(to: URL, token: string | undefined): Promise<Response> {
		const headers = new Headers(token === undefined ? undefined : (init.headers ?? request?.headers));
		if (token !== undefined) headers.set("authorization", `Bearer ${token}`);
		// Some APIs refuse requests without one, and some runtimes send none.
		if (!headers.has("user-agent")) headers.set("user-agent", `oauth-${id}`);
		try {
			const target = request && to === first ? request.clone() : to;
			return await network(target, { ...init, method, headers, signal, redirect: "manual" });
		} catch (cause) {
			throw broken(cause);
		}
	}

	/** Sends the request, and follows where it leads. */
	async function follow(token: string): Promise<{ response: Response; isOwn: boolean }> {
		let to = first;
		let isOwn = true;
		for (let count = 0; ; count++) {
			const response = await send(to, isOwn ? token : undefined);
			const location = isRedirect(response.status) ? response.headers.get("location") : null;
			if (location === null || redirect === "manual") return { response, isOwn };
			await drop(response);
			const isFollowed =
				["GET", "HEAD"].includes(method) && redirect !== "error" && count < MAX_REDIRECTS && location !== "";
			const next = isFollowed && URL.canParse(location, to) && new URL(location, to);
			// Some runtimes fetch files too.
			if (!next || !/^https?:$/.test(next.protocol))
				throw fail(id, "FAILED_REQUEST", {
					step: "api",
					status: response.status,
					reason: "this redirect is not followed",
					advice: `Developer: correct the URL, or set redirect to "manual" and read the header "location"`,
				});
			to = next;
			// Once it has left, it stays without: a site that it came to must not send the token anywhere.
			isOwn &&= to.origin === origin;
		}
	}

	const token = await findToken();
	const { response, isOwn } = await follow(token);
	if (response.status !== 401 || !isOwn) return withErrors(response, broken);
	await drop(response);
	const another = await findToken(token);
	if (!isRepeatable(init.body))
		throw fail(id, "FAILED_REQUEST", {
			step: "api",
			status: 401,
			reason: "the API refused the access token; there is another one now, but a stream can't be sent twice",
			advice: "Send the request again",
		});
	return withErrors((await follow(another)).response, broken);
}

/** Waits for some work, unless the signal is aborted: its reason is thrown then. */
async function unlessAborted<Value>(
	signal: AbortSignal | null | undefined,
	work: Promise<Value>,
): Promise<Value> {
	if (!signal) return work;
	let abort = () => {};
	const aborted = new Promise<never>((_, reject) => {
		abort = () => reject(signal.reason);
		signal.addEventListener("abort", abort);
		if (signal.aborted) abort();
	});
	try {
		return await Promise.race([aborted, work]);
	} finally {
		signal.removeEventListener("abort", abort);
	}
}

/** A stream has been read when the response comes. */
function isRepeatable(body: unknown): boolean {
	const { getReader, pipe, [Symbol.asyncIterator]: iterate } = Object(body);
	return [getReader, pipe, iterate].every((method) => typeof method !== "function");
}

function isRedirect(status: number): boolean {
	return [301, 302, 303, 307, 308].includes(status);
}

/** Gives the connection free. */
async function drop(response: Response): Promise<void> {
	await response.body?.cancel().catch(() => {});
}

/** Makes a connection that breaks in the middle of the body an error like any other. */
function withErrors(response: Response, toError: (cause: unknown) => unknown): Response {
	for (const name of ["arrayBuffer", "blob", "formData", "text"] as const) {
		const read: () => Promise<unknown> = response[name].bind(response);
		const method = () =>
			read().catch((cause) => {
				throw toError(cause);
			});
		Object.defineProperty(response, name, { value: method, configurable: true, writable: true });
	}
	return response;
}
