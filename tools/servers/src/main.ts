import { cpus } from "node:os";
import { parseArgs } from "node:util";
import { table } from "../../bench/src/table.ts";
import { STEPS } from "./app-job.ts";
import { LIFETIME_MS, type Load, moody, runLoad } from "./load.ts";
import { reportReads } from "./reads.ts";
import { cutConnections, startStore } from "./servers.ts";

const { values } = parseArgs({
	options: {
		seconds: { type: "string", default: "60" },
		processes: { type: "string", default: "8" },
		users: { type: "string", default: "50" },
	},
});
const seconds = Number(values.seconds);
const processes = Number(values.processes);
const users = Number(values.users);

console.log(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}.\n`);
console.log(
	`${processes} processes, ${users} users, ${seconds} s, access tokens of ${LIFETIME_MS / 1000} s. The provider takes each refresh token once, and ends the grant of one that comes twice.\n`,
);

const rows: string[][] = [];
for (const kind of ["postgres", "redis"] as const) {
	const server = await startStore(kind);
	const loads: Record<string, Partial<Load>> = {
		"nothing else": {},
		"processes are killed": { kills: STEPS },
		"processes are killed, a used token works for 60 s": { kills: STEPS, leeway: 60_000 },
		"connections to the store are cut": { disturb: () => cutConnections(kind, server) },
		"every third refresh: 500, 429 or no answer": {
			disturb: (provider) =>
				moody(provider, { status: 500 }, { status: 429, headers: { "retry-after": "1" } }, "silent"),
		},
	};
	for (const [title, load] of Object.entries(loads)) {
		console.error(kind, title);
		const figures = await runLoad({ kind, storeUrl: server.url, processes, users, seconds, ...load });
		const { gets, refreshes, repeats, early, lost, unexcused, errors, kills } = figures;
		const sum = (counts: object) => Object.values(counts).reduce((all, count) => all + count, 0);
		rows.push(
			[kind, title, gets, refreshes, repeats, early, sum(kills), lost, unexcused, sum(errors)].map(String),
		);
		if (sum(errors)) console.error(errors);
	}
	await server.stop();
}
console.log(
	table(
		[
			"store",
			"what happens",
			"gets",
			"refreshes",
			"tokens sent twice",
			"early",
			"kills",
			"users lost",
			"not under way",
			"failed gets",
		],
		rows,
	),
);
console.log(`\n${await reportReads()}`);
