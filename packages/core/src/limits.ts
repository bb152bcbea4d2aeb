const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/**
 * Fails when the time is over, even where the work goes on: an app's own `fetch` may ignore the signal.
 *
 * @param timeout in milliseconds
 */
export async function within<Value>(
	timeout = TIMEOUT_MS,
	work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
	// `AbortSignal.timeout` can't be cancelled: each request would stay in memory until its time is over.
	const controller = new AbortController();
	let timer: ReturnType<typeof setTimeout> | undefined;
	const timedOut = new Promise<never>((_, reject) => {
		timer = setTimeout(() => {
			const reason = new Error(`no response within ${timeout / 1000} s`);
			reject(reason);
			controller.abort(reason);
		}, timeout);
	});
	try {
		return await Promise.race([work(controller.signal), timedOut]);
	} finally {
		clearTimeout(timer);
	}
}

const decoder = new TextDecoder();

/** Reads a body as text. Throws where it is larger than 1 MiB. */
export async function readText(
	body: AsyncIterable<Uint8Array | string> | ReadableStream<Uint8Array> | null,
): Promise<string> {
	const chunks: BlobPart[] = [];
	let bytes = 0;
	for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array<ArrayBuffer> | string>) {
		bytes += chunk.length;
		if (bytes > MAX_BYTES) throw new Error("the body has more than 1 MiB");
		chunks.push(chunk);
	}
	// Mostly there is one chunk, for which a blob, or a new decoder, would cost more than everything else.
	const [first] = chunks;
	return chunks.length === 1 && first instanceof Uint8Array ? decoder.decode(first) : new Blob(chunks).text();
}
