/** Returns the bytes in use after garbage collection, which has to be exposed. */
export async function usedHeap(): Promise<number> {
	for (let pass = 0; pass < 4; pass++) {
		// Finalizers run, and connections come to rest.
		await new Promise((resolve) => setTimeout(resolve, 20));
		globalThis.gc?.();
	}
	return process.memoryUsage().heapUsed;
}
