import { OAuthError, type Tokens } from "@oauth/core";
import { failure, urlProblem } from "@oauth/core/provider";
import { type $Fetch, createFetch, type FetchContext, FetchError, type FetchOptions } from "ofetch";
import { authorizedFetch } from "./authorized-fetch.js";

/** The options of `client`: those of `ofetch`, and the network. */
export interface ClientOptions extends Omit<FetchOptions, "method" | "body"> {
	/**
	 * The URL that paths begin with. Access tokens are sent to its origin alone.
	 *
	 * @default the provider's `apiUrl`
	 */
	baseURL?: string;
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
const MAX_DELAY_MS = 10_000;
const FIRST_DELAY_MS = 250;
const RETRIED = [429, 500, 502, 503, 504];
const TIMEOUT_MS = 30_000;

/** Makes an instance of `ofetch` that calls an API on behalf of a user. */
export function createClient(context: ClientContext): $Fetch {
	const { fetch: network, baseURL, ...options } = context.options;
	const defaults: FetchOptions = {
		timeout: TIMEOUT_MS,
		retryStatusCodes: RETRIED,
		retryDelay,
		onRequest: chooseRetries,
		onRequestError: endRetries,
		onResponseError: endRetries,
		...options,
	};

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
		const url = baseURL ?? (await context.getApiUrl());
		const problem = url ? urlProblem(url) : "is missing, and the provider has no API of its own";
		if (url && !problem) return url;
		throw failure({ id: context.providerId }, "INVALID_CONFIG", {
			step: "api",
			reason: `"baseURL" ${problem}`,
		});
	}

	function instance(more: FetchOptions = {}): $Fetch {
		// Of the latest two requests: a refresh changes it.
		const secrets: string[] = [];
		const send: typeof fetch = async (input, init) => {
			const origin = new URL(await getBase()).origin;
			const getTokens = async (rejected?: string) => {
				const tokens = await context.getTokens(rejected);
				secrets.splice(0, secrets.length - 1, tokens.accessToken);
				return tokens;
			};
			return authorizedFetch({ id: context.providerId, origin, getTokens, network }, input, init);
		};
		const open = async () =>
			createFetch({ fetch: send, defaults: { ...defaults, ...more, baseURL: await getBase() } });
		const translate = (error: unknown): never => {
			throw toOAuthError(context.providerId, error, secrets);
		};
		const call = async (...args: Parameters<$Fetch>) => {
			const $fetch = await open();
			return $fetch(...args).catch(translate);
		};
		return Object.assign(call, {
			raw: async (...args: Parameters<$Fetch["raw"]>) => {
				const $fetch = await open();
				return $fetch.raw(...args).catch(translate);
			},
			native: send,
			create: (next: FetchOptions) => instance({ ...more, ...next }),
		}) as $Fetch;
	}
	return instance();
}

/** Repeats only what does no harm when it is done twice. */
function chooseRetries({ options }: FetchContext): void {
	const isSafe = ["GET", "HEAD"].includes(options.method ?? "GET");
	options.retry ??= isSafe ? MAX_RETRIES : 0;
}

/** Ends the retries where another one is of no use: the grant has to be mended first, or the wait is too long. */
function endRetries({ options, error, response }: FetchContext): void {
	const isFinal = OAuthError.is(error) && error.code !== "FAILED_REQUEST";
	if (isFinal || retryAfter(response) * 1000 > MAX_DELAY_MS) options.retry = false;
}

function retryDelay({ options, response }: FetchContext): number {
	const attempt = MAX_RETRIES - Number(options.retry);
	return retryAfter(response) * 1000 || FIRST_DELAY_MS * 2 ** attempt * (0.5 + Math.random());
}

/** @returns seconds, 0 where the API does not say */
function retryAfter(response: Response | undefined): number {
	const said = response?.headers.get("retry-after") ?? "";
	const seconds = /^\d+$/.test(said) ? Number(said) : (Date.parse(said) - Date.now()) / 1000;
	return Math.max(0, seconds || 0);
}

function toOAuthError(id: string, error: unknown, secrets: string[]): unknown {
	if (!(error instanceof FetchError)) return error;
	if (OAuthError.is(error.cause)) return error.cause;
	const { response, status, data } = error;
	const failed = failure({ id }, "FAILED_REQUEST", {
		step: "api",
		...(status !== undefined && { status }),
		...(retryAfter(response) > 0 && { retryAfter: Math.ceil(retryAfter(response)) }),
		response: data,
		...(response ? {} : { cause: error.cause ?? error }),
		advice: adviceOn(status),
		secrets,
	});
	// The API's words are for the app, which may need the whole of them.
	return response ? Object.assign(failed, { cause: error }) : failed;
}

function adviceOn(status: number | undefined): string {
	if (status === 403) return "Developer: check the scopes of the grant";
	const isOutage = status === undefined || status === 429 || status >= 500;
	return isOutage ? "Try again later" : "Developer: compare the request with the API's documentation";
}
