import type { Turn } from "./contender-process.ts";
import { BASELINE, OURS } from "./contenders.ts";
import type { Provider } from "./sign-in.ts";
import type { Plan, Result } from "./sign-ins.ts";
import { median, ratios, spread } from "./statistics.ts";
import { table } from "./table.ts";

interface Column {
	title: string;
	cell(result: Result, baseline: Result): string;
}

const SPEED: Column[] = [
	absolute("CPU µs/callback", 0, ({ cpuMicrosecondsPerCallback }) => cpuMicrosecondsPerCallback),
	relative(({ cpuMicrosecondsPerCallback }) => cpuMicrosecondsPerCallback),
	absolute("CPU µs/URL", 0, ({ cpuMicrosecondsPerUrl }) => cpuMicrosecondsPerUrl),
	relative(({ cpuMicrosecondsPerUrl }) => cpuMicrosecondsPerUrl),
	absolute("callbacks/s", 0, ({ callbacksPerSecond }) => callbacksPerSecond),
	absolute("requests", 0, ({ requestsPerCallback }) => requestsPerCallback),
];

const SIZE: Column[] = [
	{ title: "kB web", cell: ({ size }) => (size.web / 1000).toFixed(1) },
	{ title: "kB Node", cell: ({ size }) => (size.node / 1000).toFixed(1) },
	{ title: "packages", cell: ({ install }) => (install ? `${install.packages}` : "–") },
	{ title: "MB installed", cell: ({ install }) => (install ? (install.bytes / 1e6).toFixed(2) : "–") },
	{
		title: "import ms",
		cell: ({ rounds }) =>
			spread(
				rounds.map(({ importMs }) => importMs),
				1,
			),
	},
];

function absolute(title: string, digits: number, read: (turn: Turn) => number): Column {
	return {
		title,
		cell: ({ rounds }) =>
			spread(
				rounds.map(({ turns }) => median(turns.map(read))),
				digits,
			),
	};
}

/** Compares each turn with the baseline's turn of the same time. */
function relative(read: (turn: Turn) => number): Column {
	return {
		title: `÷ ${BASELINE}`,
		cell: ({ rounds }, baseline) =>
			spread(
				rounds.map(({ turns }, index) =>
					median(ratios(turns.map(read), baseline.rounds[index]?.turns.map(read) ?? [])),
				),
				2,
			),
	};
}

/** Reports a sign-in with one provider: its speed, its size and each contender's checks. */
export function reportSignIns(provider: Provider, plan: Plan, results: Result[]): string {
	const baseline = results.find(({ contender }) => contender === BASELINE) as Result;
	const compare = (columns: Column[]) =>
		table(
			["", ...columns.map(({ title }) => title)],
			results.map((result) => [
				result.contender === OURS ? `**${OURS}**` : result.contender,
				...columns.map(({ cell }) => cell(result, baseline)),
			]),
		);
	return [
		`## A sign-in with ${provider}`,
		`${plan.rounds} rounds of ${plan.turns} turns of ${plan.signIns} sign-ins each, after ${plan.warmUp} to warm up. The result of a round is the median of its turns; the values are the median of the rounds, with the least and the most. \`÷\` compares turn by turn.`,
		compare(SPEED),
		compare(SIZE),
		results.map(({ contender, note }) => `- ${contender}: ${note}`).join("\n"),
	].join("\n\n");
}
