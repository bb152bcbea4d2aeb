import { within } from "./limits.js";

/** A call under way, and the number of callers that wait for it. */
export interface SharedCall<Value> {
	value: Promise<Value>;
	/** By `performance.now()`: a clock that is set must not make a call twice. */
	until: number;
	waiting: number;
}

/**
 * Shares one promise between concurrent calls with the same key. The call is not repeated: a value that arrives when no
 * caller is waiting is kept for later calls until its lifetime is over.
 *
 * @param lifetime how long a call is shared, in milliseconds: on Cloudflare's runtime one whose request has ended never
 * settles
 * @param timeout how long this caller waits, in milliseconds
 */
export async function share<Value>(
	calls: Map<string, SharedCall<Value>>,
	key: string,
	lifetime: number,
	timeout: number | undefined,
	call: () => Promise<Value>,
): Promise<Value> {
	const now = performance.now();
	// The oldest come first.
	for (const [name, { until }] of calls) {
		if (until > now) break;
		calls.delete(name);
	}
	let shared = calls.get(key);
	if (!shared || shared.until <= now) {
		const begun = { value: call(), until: now + lifetime, waiting: 0 };
		const forget = () => {
			if (calls.get(key) === begun) calls.delete(key);
		};
		begun.value.then(() => begun.waiting && forget(), forget);
		calls.delete(key);
		calls.set(key, begun);
		shared = begun;
	}
	shared.waiting++;
	try {
		return await within(timeout, () => shared.value);
	} finally {
		shared.waiting--;
	}
}
