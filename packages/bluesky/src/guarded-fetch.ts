import type { Client } from "@oauth/core/provider";

export const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/** The form fields that hold a secret. */
const SECRET_FIELDS = ["client_assertion", "code", "code_verifier", "refresh_token", "token"];

/**
 * Makes a `fetch` with every limit. Strangers name the URLs, so none may lead into the app's own network.
 *
 * @param secrets collects the secrets that are sent
 * @param postTimeout how long a POST may take, in milliseconds; by default as long as any request
 */
export async function guardFetch(
	{ fetch: appFetch, timeout = TIMEOUT_MS }: Client,
	secrets: Set<unknown>,
	postTimeout = timeout,
): Promise<typeof fetch> {
	const { safeFetchWrap } = await import("@atproto-labs/fetch-node");
	const guard = (milliseconds: number) =>
		safeFetchWrap({
			// An app's own `fetch` protects its network itself. It gets no dispatcher, since it may have its own.
			fetch: appFetch && ((input, init) => appFetch(input, { signal: init?.signal })),
			ssrfProtection: !appFetch,
			timeout: milliseconds,
			responseMaxSize: MAX_BYTES,
		});
	const guarded = { GET: guard(timeout), POST: guard(postTimeout) };
	return async (input, init) => {
		const request = new Request(input, { ...init, redirect: "error" });
		for (const secret of await secretsOf(request)) secrets.add(secret);
		return guarded[request.method === "POST" ? "POST" : "GET"](request);
	};
}

async function secretsOf(request: Request): Promise<unknown[]> {
	if (request.headers.get("content-type") !== "application/x-www-form-urlencoded") return [];
	const form = new URLSearchParams(await request.clone().text());
	return SECRET_FIELDS.map((name) => form.get(name));
}
