/** The longest time that a timer takes. */
export const MAX_TIMER_MS = 2 ** 31 - 1;

/** Waits for some work. Returns `undefined` when the time is over: the work goes on. */
export async function waitFor<Value>(work: Promise<Value>, milliseconds: number): Promise<Value | undefined> {
	let timer: ReturnType<typeof setTimeout> | number | undefined;
	const late = new Promise<undefined>((resolve) => {
		timer = setTimeout(resolve, Math.max(0, milliseconds));
	});
	try {
		return await Promise.race([work, late]);
	} finally {
		clearTimeout(timer);
	}
}

/** Waits. When the signal is aborted, the wait is over. */
export function sleep(milliseconds: number, signal?: AbortSignal | null): Promise<void> {
	return new Promise((resolve) => {
		const end = () => {
			clearTimeout(timer);
			signal?.removeEventListener("abort", end);
			resolve();
		};
		const timer = setTimeout(end, milliseconds);
		signal?.addEventListener("abort", end);
		if (signal?.aborted) end();
	});
}
