import { within } from "./limits.js";

/** A call under way, and those who wait for it. */
export interface SharedCall<Value> {
	value: Promise<Value>;
	begunAt: number;
	waiting: number;
}

/**
 * Concurrent calls with the same key share one promise. Nobody repeats the call, and a value that nobody has waited for is
 * kept for whoever asks until its lifetime is over.
 *
 * @param lifetime in milliseconds: on Cloudflare's runtime a call dies with the request that it is from, and never ends
 * @param timeout how long this caller waits, in milliseconds
 */
export async function share<Value>(
	calls: Map<string, SharedCall<Value>>,
	key: string,
	lifetime: number,
	timeout: number | undefined,
	call: () => Promise<Value>,
): Promise<Value> {
	for (const [name, { begunAt }] of calls) if (Date.now() - begunAt >= lifetime) calls.delete(name);
	const shared = calls.get(key) ?? { value: call(), begunAt: Date.now(), waiting: 0 };
	if (!calls.has(key)) {
		const forget = () => {
			if (calls.get(key) === shared) calls.delete(key);
		};
		shared.value.then(() => shared.waiting && forget(), forget);
		calls.set(key, shared);
	}
	shared.waiting++;
	try {
		return await within(timeout, () => shared.value);
	} finally {
		shared.waiting--;
	}
}
