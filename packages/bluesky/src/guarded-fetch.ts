import type { Client } from "@oauth/core";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/** What a form tells one server in confidence. */
const CONFIDENTIAL = ["client_assertion", "code", "code_verifier", "refresh_token", "token"];

/**
 * A `fetch` with every limit. Strangers name the addresses: none leads into the app's own network.
 *
 * @param secrets takes what is sent in confidence
 */
export async function guardFetch(
	{ fetch: appFetch, timeout = TIMEOUT_MS }: Client,
	secrets: Set<unknown>,
): Promise<typeof fetch> {
	const { safeFetchWrap } = await import("@atproto-labs/fetch-node");
	const guarded = safeFetchWrap({
		// An app's own sees to its network itself, and gets no dispatcher, in whose place it may have one of its own.
		fetch: appFetch && ((input, init) => appFetch(input, { signal: init?.signal })),
		ssrfProtection: !appFetch,
		timeout,
		responseMaxSize: MAX_BYTES,
	});
	return async (input, init) => {
		const request = new Request(input, { ...init, redirect: "error" });
		for (const secret of await secretsOf(request)) secrets.add(secret);
		return guarded(request);
	};
}

async function secretsOf(request: Request): Promise<unknown[]> {
	if (request.headers.get("content-type") !== "application/x-www-form-urlencoded") return [];
	const form = new URLSearchParams(await request.clone().text());
	return CONFIDENTIAL.map((name) => form.get(name));
}
