import type { Result, Results } from "./bench.ts";
import type { Sample } from "./measure.ts";
import { PROVIDERS } from "./sign-in.ts";
import { table } from "./table.ts";

interface Column {
	title: string;
	digits: number;
	/** Of each round, or the one number that no round changes; none where it was not measured. */
	values(result: Result): number[];
}

const COLUMNS: Column[] = [
	{ title: "kB web", digits: 1, values: ({ size }) => [size.web / 1000] },
	{ title: "kB Node", digits: 1, values: ({ size }) => [size.node / 1000] },
	{ title: "packages", digits: 0, values: ({ install }) => (install ? [install.packages] : []) },
	{ title: "MB installed", digits: 2, values: ({ install }) => (install ? [install.bytes / 1e6] : []) },
	{ title: "import ms", digits: 1, values: each(({ importMs }) => importMs) },
	{ title: "URLs/s ↑", digits: 0, values: each(({ urlsPerSecond }) => urlsPerSecond) },
	{ title: "callbacks/s ↑", digits: 0, values: each(({ callbacksPerSecond }) => callbacksPerSecond) },
	{
		title: "CPU µs/callback",
		digits: 0,
		values: each(({ cpuMicrosecondsPerCallback }) => cpuMicrosecondsPerCallback),
	},
	{ title: "requests/callback", digits: 0, values: each(({ requestsPerCallback }) => requestsPerCallback) },
];

function each(read: (sample: Sample) => number): Column["values"] {
	return ({ samples }) => samples.map(read);
}

/** The results to read: what was measured, how the contenders compare, and what each does for it. */
export function report({ machine, plan, ...results }: Results): string {
	const { node, cpu, cores, loadBefore, loadAfter } = machine;
	const sections = PROVIDERS.map((provider) => {
		const all = results[provider];
		return [
			`## A sign-in with ${provider}`,
			comparison(all, (result, column) => range(column.values(result), column.digits)),
			"As a multiple of the first. More is better where there is a ↑, less is better elsewhere.",
			comparison(all, (result, column) => ratio(column.values(result), column.values(all[0] as Result))),
			all.map(({ contender, note }) => `- ${contender}: ${note}`).join("\n"),
		];
	});
	return [
		`${cpu}, ${cores} cores, Node ${node}, load ${loadBefore.toFixed(2)} before and ${loadAfter.toFixed(2)} after.`,
		`Rounds: ${plan.rounds}, of ${plan.signIns} sign-ins after ${plan.warmUp} to warm up. Medians, with the least and the most.`,
		...sections.flat(),
	].join("\n\n");
}

function comparison(results: Result[], cell: (result: Result, column: Column) => string): string {
	return table(
		["", ...COLUMNS.map(({ title }) => title)],
		results.map((result) => [result.contender, ...COLUMNS.map((column) => cell(result, column))]),
	);
}

function range(values: number[], digits: number): string {
	if (values.length === 0) return "–";
	const [least, middle, most] = [Math.min(...values), median(values), Math.max(...values)].map((value) =>
		value.toFixed(digits),
	);
	return least === most ? `${middle}` : `${middle} (${least}–${most})`;
}

function ratio(values: number[], first: number[]): string {
	return values.length === 0 ? "–" : (median(values) / median(first)).toFixed(2);
}

function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length / 2;
	return ((sorted[Math.ceil(middle) - 1] ?? 0) + (sorted[Math.floor(middle)] ?? 0)) / 2;
}
