// The types of ofetch, in our own words: its own need the package `undici`, which most apps don't have.

/** The ways to read the body of a response. By default its content type says which. */
export interface ResponseMap {
	blob: Blob;
	text: string;
	arrayBuffer: ArrayBuffer;
	stream: ReadableStream<Uint8Array>;
}

export type ResponseType = keyof ResponseMap | "json";

/** The body of a response: of the type that the caller names, where it is JSON. */
export type ResponseBody<Type extends ResponseType, Json> = Type extends keyof ResponseMap
	? ResponseMap[Type]
	: Json;

/** A request, and what has become of it. */
export interface RequestContext {
	request: RequestInfo;
	options: RequestOptions & { headers: Headers };
	response?: Response & { _data?: unknown };
	error?: Error;
}

type Hook<Context = RequestContext> = (context: Context) => void | Promise<void>;
type Hooks<Context = RequestContext> = Hook<Context> | Hook<Context>[];
type WithResponse = RequestContext & Required<Pick<RequestContext, "response">>;
type WithError = RequestContext & Required<Pick<RequestContext, "error">>;

/** The options of a request: those of `fetch` and of `ofetch`. @see https://github.com/unjs/ofetch */
export interface RequestOptions<Type extends ResponseType = ResponseType> extends Omit<RequestInit, "body"> {
	/** The URL that paths begin with. */
	baseURL?: string;
	/** An object is sent as JSON. */
	body?: RequestInit["body"] | object;
	/** The parameters to add to the URL. */
	query?: Record<string, unknown>;
	/** @default as the content type of the response says */
	responseType?: Type;
	// biome-ignore lint/suspicious/noExplicitAny: whatever the app makes of it
	parseResponse?: (text: string) => any;
	/** Whether to return a response whose status is an error, in place of throwing it. @default false */
	ignoreResponseError?: boolean;
	/** `"half"` for a body that is a stream. */
	duplex?: "half" | undefined;
	/** How often a GET or HEAD is repeated. @default 2 */
	retry?: number | false;
	/** How long to wait before a repetition, in milliseconds. `Retry-After` of the response comes first. */
	retryDelay?: number | ((context: RequestContext) => number);
	/** @default [429, 500, 502, 503, 504] */
	retryStatusCodes?: number[];
	/** In milliseconds. @default 30_000 */
	timeout?: number;
	onRequest?: Hooks;
	onRequestError?: Hooks<WithError>;
	onResponse?: Hooks<WithResponse>;
	onResponseError?: Hooks<WithResponse>;
}

/** An HTTP client: an instance of `ofetch`. */
export interface ApiClient {
	/** Sends a request, and returns the body of the response. */
	// biome-ignore lint/suspicious/noExplicitAny: the caller names the type of the JSON
	<Json = any, Type extends ResponseType = "json">(
		request: RequestInfo,
		options?: RequestOptions<Type>,
	): Promise<ResponseBody<Type, Json>>;

	/** Sends a request, and returns the response, with its body as `_data`. */
	// biome-ignore lint/suspicious/noExplicitAny: likewise
	raw<Json = any, Type extends ResponseType = "json">(
		request: RequestInfo,
		options?: RequestOptions<Type>,
	): Promise<Response & { _data?: ResponseBody<Type, Json> }>;

	/** A `fetch` with the user's token, for a URL of the same origin: for another library that takes a `fetch`. */
	native: typeof fetch;

	/** Makes a client with further defaults. */
	create(defaults: RequestOptions): ApiClient;
}
