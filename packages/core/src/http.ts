import { authenticate } from "./client-auth.js";
import { defined } from "./defined.js";
import type { Client, RequestOptions } from "./definition.js";
import type { Step } from "./error.js";
import { failure } from "./failure.js";
import { readText, within } from "./limits.js";

const RETRY_DELAY_MS = 200;

/** The statuses of servers that are not ready, and of those that don't know a new token yet. */
const TRANSIENT = [401, 502, 503, 504];

interface HttpResponse {
	status: number;
	headers: Headers;
	text: string;
}

/**
 * Sends a request to the provider and returns the JSON of the response. A GET that ends in a broken connection or in a
 * transient status is sent once more within the same time. Nothing else is sent twice.
 *
 * @throws OAuthError `FAILED_REQUEST`
 */
export async function send(
	client: Pick<Client, "id"> & Partial<Client>,
	step: Step,
	url: string,
	options: RequestOptions = {},
	// biome-ignore lint/suspicious/noExplicitAny: foreign data, which each caller reads as its provider documents it
): Promise<any> {
	const { method, form, json, clientAuth, accessToken, absentOn, bodyOptional, findProblem, mapResponse } =
		options;
	const clientSecret =
		(clientAuth && (await client.createClientSecret?.(client as Client))) ?? client.clientSecret;
	const auth = clientAuth && authenticate({ ...client, clientSecret }, clientAuth);
	const request: RequestInit = {
		method,
		headers: defined<string>({
			accept: "application/json",
			"user-agent": `oauth-${client.id}`,
			...defined(client.headers ?? {}),
			authorization: accessToken ? `Bearer ${accessToken}` : auth?.header,
			"content-type": json && "application/json",
			...options.headers,
		}),
		body: form
			? new URLSearchParams(defined({ ...form, ...auth?.form }))
			: json && JSON.stringify({ ...json, ...auth?.form }),
		// Not "error", which Cloudflare's runtime refuses. A 3xx fails by its status, like any other.
		redirect: "manual",
	};
	let response: HttpResponse | undefined;
	let answer: unknown;
	let reason: string | undefined;
	let cause: unknown;
	try {
		options.beforeSend?.();
		response = await within(client.timeout, (signal) => exchange(client, url, { ...request, signal }));
		const { status, text } = response;
		if (absentOn?.includes(status) && !isRateLimit(response)) return undefined;
		answer = parse(text);
		if (answer && mapResponse) answer = { ...answer, ...Object(mapResponse(answer)) };
		const ok = status >= 200 && status < 300;
		if (ok && bodyOptional && !Object(answer).error) return undefined;
		if (answer === undefined) reason = "the response is not JSON";
		else if (ok) reason = findProblem?.(answer);
		if (ok && !bodyOptional && !reason) return answer;
	} catch (error) {
		cause = error;
	}
	const { access_token, refresh_token, id_token } = Object(answer);
	const sent = [...Object.values({ ...form, ...json }), ...(options.secrets ?? [])];
	const plain: unknown[] = ["authorization_code", "refresh_token", client.redirectUri];
	const plainWords = answer === undefined && response && wordsWithoutJson(response);
	throw failure(client, "FAILED_REQUEST", {
		step,
		status: response?.status,
		retryAfter: retryAfter(response, answer),
		reason: plainWords ? undefined : reason,
		response: plainWords || answer,
		cause,
		...(isOutage(response) && { advice: "Try again later" }),
		...(client.createClientSecret &&
			Object(answer).error === "invalid_client" && {
				advice: "Developer: check the key that signs the client secret, and this server's clock",
			}),
		secrets: [
			clientSecret,
			auth?.header?.slice("Basic ".length),
			accessToken,
			access_token,
			refresh_token,
			id_token,
			...sent.filter((value) => !plain.includes(value)),
		],
	});
}

async function exchange(client: Partial<Client>, url: string, request: RequestInit): Promise<HttpResponse> {
	const { fetch: appFetch = fetch } = client;
	const once = async () => {
		const response = await appFetch(url, request);
		return { status: response.status, headers: response.headers, text: await readText(response.body) };
	};
	if (request.method) return once();
	const first = await once().catch(() => undefined);
	if (first && (!TRANSIENT.includes(first.status) || isRateLimit(first))) return first;
	await new Promise((resolve) => setTimeout(resolve, RETRY_DELAY_MS));
	// The app's own `fetch` may ignore the signal.
	request.signal?.throwIfAborted();
	return once();
}

/** Returns `undefined` for what is not JSON: the parser's error would quote it. */
function parse(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function isRateLimit({ headers }: HttpResponse): boolean {
	return headers.has("retry-after") || headers.get("x-ratelimit-remaining") === "0";
}

function isOutage(response: HttpResponse | undefined): boolean {
	return !response || response.status === 429 || response.status >= 500 || isRateLimit(response);
}

/** Returns how long to wait, in seconds. @see https://www.rfc-editor.org/rfc/rfc9110#section-10.2.3 */
export function retryAfter(
	response: Pick<HttpResponse, "headers"> | undefined,
	answer?: unknown,
): number | undefined {
	const { retry_after } = Object(answer);
	const said =
		response?.headers.get("retry-after") ?? (typeof retry_after === "number" ? `${retry_after}` : "");
	const seconds = /^[\d.]+$/.test(said) ? +said : (Date.parse(said) - Date.now()) / 1000;
	return seconds > 0 ? Math.ceil(seconds) : undefined;
}

/** Reads the error of a response that is not JSON: from its header, or from plain text. */
function wordsWithoutJson({ headers, text }: HttpResponse): unknown {
	const [, error] = /error="([^"]*)"/.exec(headers.get("www-authenticate") ?? "") ?? [];
	const error_description = headers.get("content-type")?.startsWith("text/plain") ? text : undefined;
	return error || error_description ? { error, error_description } : undefined;
}
