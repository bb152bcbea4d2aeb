import { runChild } from "./child.ts";
import type { Load, Loaded } from "./growth-load.ts";
import type { Row } from "./growth-process.ts";
import { startProvider } from "./server.ts";
import { median, spread } from "./statistics.ts";
import { table } from "./table.ts";

const LOADS: Load[] = ["github", "google", "all"];
const LAUNCHES = 5;
const WITH_GC = ["--expose-gc"];

/** Reports how the cost grows with the providers in a process, tenants, issuers and pending sign-ins. */
export async function reportGrowth(say: (progress: string) => void): Promise<string> {
	const loads = LOADS.map(() => [] as Loaded[]);
	for (let launch = 0; launch < LAUNCHES; launch++)
		for (const [index, load] of LOADS.entries()) {
			say(`growth: imports ${load}`);
			loads[index]?.push(await runChild<Loaded>("./growth-load.ts", load, WITH_GC));
		}
	const { origin, stop } = await startProvider();
	try {
		say("growth: tenants, issuers, pending sign-ins");
		const rows = await runChild<Row[]>("./growth-process.ts", { origin }, WITH_GC);
		return [
			"## How cost grows",
			"Providers in a new process: the milliseconds that their import takes, and the heap in use afterwards.",
			table(
				["imported", "packages", "ms", "heap kB"],
				loads.map((launches) => [
					`${launches[0]?.title}`,
					`${launches[0]?.packages}`,
					spread(
						launches.map(({ ms }) => ms),
						1,
					),
					median(launches.map(({ heap }) => heap / 1000)).toFixed(0),
				]),
			),
			"Everything else, in one process: CPU is user and system time, heap is the memory in use after garbage collection.",
			table(
				["", "how many", "CPU µs each", "requests each", "heap bytes each"],
				rows.map(({ title, count, cpu, requests, heap }) => [
					title,
					`${count}`,
					cpu === undefined ? "–" : cpu.toFixed(1),
					requests === undefined ? "–" : requests.toFixed(2),
					heap === undefined ? "–" : heap.toFixed(0),
				]),
			),
		].join("\n\n");
	} finally {
		stop();
	}
}
