import { within } from "./limits.js";

/** A call under way, and the number of callers that wait for it. */
export interface SharedCall<Value> {
	value: Promise<Value>;
	begunAt: number;
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
