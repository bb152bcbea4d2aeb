import { countRequests } from "./loopback.ts";

export interface Cost {
	seconds: number;
	/** User and system time of this process. */
	cpuMicroseconds: number;
	/** Requests to the provider. */
	requests: number;
}

/** Does some work, and returns its cost. */
export async function costOf(work: () => Promise<unknown>): Promise<Cost> {
	const [at, cpu, requests] = [performance.now(), process.cpuUsage(), countRequests()];
	await work();
	const { user, system } = process.cpuUsage(cpu);
	return {
		seconds: (performance.now() - at) / 1000,
		cpuMicroseconds: user + system,
		requests: countRequests() - requests,
	};
}

/** Repeats some work, with at most `concurrency` calls at a time. */
export async function repeat(
	times: number,
	concurrency: number,
	work: (index: number) => Promise<unknown>,
): Promise<void> {
	let next = 0;
	const worker = async () => {
		while (next < times) await work(next++);
	};
	await Promise.all(Array.from({ length: concurrency }, worker));
}
