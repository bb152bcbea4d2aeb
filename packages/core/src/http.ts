import type { FetchOptions } from "ofetch";
import { authenticate, type ClientAuth } from "./client-auth.js";
import { defined } from "./defined.js";
import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import type { Step } from "./provider.js";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

export interface RequestOptions {
	/** GET unless told. */
	method?: "POST" | "DELETE";
	headers?: Record<string, string>;
	/** Sent as a form; what is `undefined` is left out. */
	form?: Record<string, string | undefined>;
	/** Sent as JSON. */
	json?: Record<string, string>;
	/** Shows that the request is the app's. */
	clientAuth?: ClientAuth;
	/** Shows that the request is on the person's behalf. */
	accessToken?: string;
	/** Statuses by which the provider says that there is no such thing: `undefined` comes back. */
	absentOn?: number[];
	/** The answer may be anything or nothing, as long as it is no JSON with an `error`. */
	bodyOptional?: boolean;
	/** Whether a JSON answer with a status of success is what was asked for. */
	isAnswer?(answer: unknown): boolean;
}

/**
 * Asks the provider, once, and gives back the JSON that it answers.
 *
 * @throws OAuthError `FAILED_REQUEST`
 */
export async function send(
	client: Client,
	step: Step,
	url: string,
	options: RequestOptions = {},
	// biome-ignore lint/suspicious/noExplicitAny: foreign data, which each caller reads as its provider documents it
): Promise<any> {
	const { form, json, clientAuth, accessToken, absentOn, bodyOptional, isAnswer } = options;
	const clientSecret = (clientAuth && (await client.createClientSecret?.(client))) ?? client.clientSecret;
	const auth = clientAuth && authenticate({ ...client, clientSecret }, clientAuth);
	let status: number | undefined;
	let answer: unknown;
	let cause: unknown;
	try {
		const response = await exchange(client, url, {
			method: options.method,
			headers: defined({
				accept: "application/json",
				"user-agent": `oauth-${client.id}`,
				...defined(client.headers ?? {}),
				authorization: accessToken ? `Bearer ${accessToken}` : auth?.header,
				...options.headers,
			}),
			body: form ? new URLSearchParams(defined({ ...auth?.form, ...form })) : json,
		});
		status = response.status;
		if (absentOn?.includes(status)) return undefined;
		answer = parse(response.text);
		const ok = status >= 200 && status < 300;
		if (ok && bodyOptional && !Object(answer).error) return undefined;
		if (ok && !bodyOptional && answer !== undefined && (isAnswer?.(answer) ?? true)) return answer;
	} catch (error) {
		cause = error;
	}
	const { access_token, refresh_token, id_token } = Object(answer);
	const { grant_type, redirect_uri, ...confidential } = { ...form, ...json };
	const secrets = [clientSecret, auth?.header?.slice("Basic ".length), accessToken];
	secrets.push(access_token, refresh_token, id_token, ...Object.values(confidential));
	throw failure(client, "FAILED_REQUEST", { step, status, answer, cause, secrets });
}

/** `undefined` for what is no JSON: the parser's error would quote it. */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

/** One request with every limit: no redirect, no second try, one time for all of it, and so many bytes. */
async function exchange(
	client: Client,
	url: string,
	init: Pick<FetchOptions, "method" | "headers" | "body">,
): Promise<{ status: number; text: string }> {
	const { fetch: appFetch = fetch } = client;
	// The app's own `fetch` may not heed the signal.
	return within(client, async (signal) => {
		const { createFetch } = await import("ofetch");
		const { status, body } = await createFetch({ fetch: appFetch, Headers, AbortController }).raw(url, {
			...init,
			// Not "error", which Cloudflare's runtime refuses. A 3xx fails by its status, like any other.
			redirect: "manual",
			ignoreResponseError: true,
			responseType: "stream",
			retry: false,
			signal,
		});
		return { status, text: await readText(body) };
	});
}

/** Fails when the client's timeout is over, whatever the work does then. */
export async function within<Value>(
	{ timeout = TIMEOUT_MS }: Client,
	work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
	const signal = AbortSignal.timeout(timeout);
	const timedOut = new Promise<never>((_, reject) => {
		signal.onabort = () => reject(signal.reason);
	});
	try {
		return await Promise.race([work(signal), timedOut]);
	} finally {
		// A signal that somebody listens to stays in memory until its time is over, and the request with it.
		signal.onabort = null;
	}
}

/** A foreign body as text, of at most 1 MiB. */
export async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	for await (const chunk of body ?? []) {
		bytes += chunk.length;
		if (bytes > MAX_BYTES) throw new Error("more than 1 MiB");
		text += decoder.decode(chunk, { stream: true });
	}
	return text;
}
