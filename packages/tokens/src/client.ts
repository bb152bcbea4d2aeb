import { OAuthError, type Tokens } from "@oauth/core";
import { retryAfter, urlProblem, within } from "@oauth/core/provider";
import { createFetch, FetchError } from "ofetch";
import type { ApiClient, RequestContext, RequestOptions } from "./api-client.js";
import { authorizedFetch } from "./authorized-fetch.js";
import { fail } from "./failures.js";
import { MAX_TIMER_MS, sleep } from "./wait.js";

/** The options of `client`: those of `ofetch`, and the network. */
export interface ClientOptions extends Omit<RequestOptions, "method" | "body"> {
	/**
	 * The URL that paths begin with. Access tokens are sent to its origin alone.
	 *
	 * @default the provider's `apiUrl`
	 */
	baseURL?: string;
	/**
	 * How often a GET or HEAD is repeated. Nothing else is.
	 *
	 * @default 2
	 */
	retry?: number | false;
	/**
	 * How long a call waits for its response and the body, in milliseconds. A stream's body is not counted. After it, nothing
	 * is repeated.
	 *
	 * @default 30_000
	 */
	timeout?: number;
	/**
	 * The function for every request to the API.
	 *
	 * @default the global `fetch`
	 */
	fetch?: typeof fetch | undefined;
}

/** What a client needs to know about the grant that it speaks for. */
export interface ClientContext {
	providerId: string;
	options: ClientOptions;
	getTokens(rejectedAccessToken?: string): Promise<Tokens>;
	getApiUrl(): Promise<string | undefined>;
}

const MAX_RETRIES = 2;
const MAX_DELAY_S = 10;
const FIRST_DELAY_MS = 250;
const RETRIED = [429, 500, 502, 503, 504];
const TIMEOUT_MS = 30_000;

/** Makes an instance of `ofetch` that calls an API on behalf of a user. */
export function createClient({ providerId: id, options, getTokens, getApiUrl }: ClientContext): ApiClient {
	const { fetch: network, baseURL, ...settings } = options;

	let base: Promise<string> | undefined;
	/** Returns the base URL. It is looked for once. */
	function getBase(): Promise<string> {
		base ??= findBase().catch((error) => {
			base = undefined;
			throw error;
		});
		return base;
	}

	/** Returns the base URL, if it is one that a token may be sent to. */
	async function findBase(): Promise<string> {
		const url = baseURL ?? (await getApiUrl());
		const problem = url ? urlProblem(url) : "is missing, and the provider has no API of its own";
		if (url && !problem) return url;
		throw fail(id, "INVALID_CONFIG", { step: "api", reason: `"baseURL" ${problem}` });
	}

	/** Returns a `fetch` with the user's token. The tokens that it sends are added to `secrets`. */
	function authorized(secrets: string[]): typeof fetch {
		return async (input, init) => {
			const { origin } = new URL(await getBase());
			return authorizedFetch({ id, origin, getTokens, network, secrets }, input, init);
		};
	}

	function instance(more: RequestOptions): ApiClient {
		/** Calls `ofetch` once: its own retries would lose the timeout, and the query where a default has the same name. */
		async function attempt(request: RequestInfo, own: RequestOptions) {
			const { timeout = TIMEOUT_MS, signal = Object(request).signal } = { ...more, ...own };
			const secrets: string[] = [];
			const defaults = { baseURL: await getBase(), ...more };
			const $fetch = createFetch({ fetch: authorized(secrets), defaults });
			let timer: AbortSignal | undefined;
			try {
				return await within(Math.min(timeout || MAX_TIMER_MS, MAX_TIMER_MS), (isOver) => {
					timer = isOver;
					return $fetch.raw(request, { ...own, signal: either(signal, isOver), timeout: 0, retry: false });
				});
			} catch (error) {
				if (!timer?.aborted || error !== timer.reason) throw toOAuthError(id, error, secrets);
				const { message: reason } = timer.reason;
				throw fail(id, "FAILED_REQUEST", { step: "api", reason, advice: "Try again later" });
			}
		}

		async function raw(request: RequestInfo, own: RequestOptions = {}) {
			const all = { ...more, ...own };
			const { method = Object(request).method ?? "GET", signal = Object(request).signal } = all;
			// Only what does no harm when it is done twice.
			const retries = ["GET", "HEAD"].includes(method.toUpperCase()) ? Number(all.retry ?? MAX_RETRIES) : 0;
			for (let count = 0; ; count++) {
				try {
					return await attempt(request, own);
				} catch (error) {
					if (!(count < retries) || !isPassing(error, all.retryStatusCodes)) throw error;
					await sleep(delayOf(error, count, request, all), signal);
				}
			}
		}

		return Object.assign(
			async (request: RequestInfo, own?: RequestOptions) => (await raw(request, own))._data,
			{
				raw,
				native: (...args: Parameters<typeof fetch>) => authorized([])(...args),
				create: (next: RequestOptions) => instance({ ...more, ...next }),
			},
		) as ApiClient;
	}
	return instance(settings);
}

/** Tells whether another try may help: after a broken connection or one of these statuses, and only after a short wait. */
function isPassing(error: unknown, statuses = RETRIED): error is OAuthError {
	if (!OAuthError.is(error) || error.step !== "api" || !error.cause) return false;
	const { status, retryAfter = 0 } = error;
	return (status === undefined || statuses.includes(status)) && retryAfter <= MAX_DELAY_S;
}

function delayOf(error: OAuthError, count: number, request: RequestInfo, options: RequestOptions): number {
	const { retryDelay } = options;
	if (typeof retryDelay === "function") {
		const { response } = error.cause as FetchError;
		return retryDelay({ request, options: options as RequestContext["options"], response, error });
	}
	const usual = retryDelay ?? FIRST_DELAY_MS * 2 ** count * (0.5 + Math.random());
	return error.retryAfter ? error.retryAfter * 1000 : usual;
}

/** Returns a signal that is aborted with either of two. Node has `AbortSignal.any` since 20.3. */
function either(own: AbortSignal | null | undefined, timer: AbortSignal): AbortSignal {
	return own ? (AbortSignal.any?.([own, timer]) ?? own) : timer;
}

function toOAuthError(id: string, error: unknown, secrets: string[]): unknown {
	if (!(error instanceof FetchError)) return error;
	const { response, data } = error;
	// An OAuthError, an error of the store, or the reason of the app's own signal.
	if (!response) return error.cause ?? error;
	const isPage =
		typeof data === "string" && !/^text\/plain\b/.test(response.headers.get("content-type") ?? "");
	const wait = retryAfter(response);
	const failed = fail(id, "FAILED_REQUEST", {
		step: "api",
		status: response.status,
		...(wait && { retryAfter: wait }),
		response: isPage ? undefined : data,
		advice: adviceOn(response.status, wait),
		secrets,
	});
	// The API's words are for the app, which may need the whole of them. They are behind getters, so a log does not print them.
	const { message, stack, ...getters } = Object.getOwnPropertyDescriptors(error);
	return Object.assign(failed, { cause: Object.defineProperties(new FetchError(failed.message), getters) });
}

function adviceOn(status: number, wait: number | undefined): string {
	if (wait || status === 429 || status >= 500) return "Try again later";
	if (status === 401) return "Developer: check whether this API takes this provider's tokens";
	if (status === 403) return "Developer: check the scopes of the grant";
	return "Developer: compare the request with the API's documentation";
}
