import type { Exchange } from "../hand-written/exchange.ts";

const TIMEOUT_MS = 10_000;
const MAX_BYTES = 2 ** 20;

/** Applies the limits of our packages: a timeout for the whole exchange, at most 1 MiB, and no redirect. */
export const exchange: Exchange = async (url, request) => {
	const controller = new AbortController();
	const timer = setTimeout(() => controller.abort(new Error("timeout")), TIMEOUT_MS);
	try {
		const response = await fetch(url, { ...request, redirect: "manual", signal: controller.signal });
		return { ok: response.ok, body: JSON.parse(await readText(response.body)) };
	} finally {
		clearTimeout(timer);
	}
};

async function readText(body: ReadableStream<Uint8Array> | null): Promise<string> {
	const decoder = new TextDecoder();
	let text = "";
	let bytes = 0;
	for await (const chunk of body ?? []) {
		bytes += chunk.length;
		if (bytes > MAX_BYTES) throw new Error("too large");
		text += decoder.decode(chunk, { stream: true });
	}
	return text + decoder.decode();
}
