/** Returns the bytes in use after garbage collection. Needs `--expose-gc`. */
export async function usedHeap(): Promise<number> {
	for (let pass = 0; pass < 4; pass++) {
		// Time for finalizers to run and for connections to become idle.
		await new Promise((resolve) => setTimeout(resolve, 20));
		globalThis.gc?.();
	}
	return process.memoryUsage().heapUsed;
}
