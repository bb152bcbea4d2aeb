import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { reportCookies } from "./cookies.ts";
import { reportGrowth } from "./growth.ts";
import { reportSignIns } from "./report.ts";
import { startProvider } from "./server.ts";
import { PROVIDERS, type Provider } from "./sign-in.ts";
import { compareSignIns, type Plan, type Result } from "./sign-ins.ts";
import { reportSizes } from "./sizes.ts";
import { stage } from "./stage.ts";

const FULL: Plan = { rounds: 5, turns: 24, signIns: 80, warmUp: 600, install: true };
/** Shows that all contenders work. Its numbers mean nothing. */
const QUICK: Plan = { rounds: 1, turns: 1, signIns: 5, warmUp: 5, install: false };

const { values, positionals } = parseArgs({
	options: { quick: { type: "boolean" }, json: { type: "boolean" } },
	allowPositionals: true,
});
const plan = values.quick ? QUICK : FULL;
const say = (progress: string) => console.error(progress);

/** The benchmarks, by their names on the command line. */
const BENCHMARKS: Record<string, () => Promise<string>> = {
	"sign-ins": async () => {
		const results = await signIns();
		if (values.json) return JSON.stringify(results, null, "\t");
		return PROVIDERS.map((provider) => reportSignIns(provider, plan, results[provider])).join("\n\n");
	},
	cookies: () => reportCookies(),
	growth: () => reportGrowth(say),
	sizes: () => reportSizes(),
};

const names = positionals.length > 0 ? positionals : Object.keys(BENCHMARKS);
const unknown = names.find((name) => !(name in BENCHMARKS));
if (unknown) throw new Error(`${unknown} is unknown: expected ${Object.keys(BENCHMARKS).join(", ")}`);

const load = () => (loadavg()[0] ?? 0).toFixed(2);
const print = (text: string) => console.log(`${text}\n`);
if (!values.json)
	print(`${cpus()[0]?.model}, ${cpus().length} cores, Node ${process.version}, load ${load()} before.`);
for (const name of names) {
	say(name);
	print(await (BENCHMARKS[name] as () => Promise<string>)());
}
if (!values.json) print(`Load ${load()} after.`);

async function signIns(): Promise<Record<Provider, Result[]>> {
	const folder = mkdtempSync(join(tmpdir(), "oauth-bench-"));
	const { origin, stop } = await startProvider();
	try {
		say("packs and builds");
		await stage(folder);
		const results: Record<Provider, Result[]> = { github: [], google: [] };
		for (const provider of PROVIDERS)
			results[provider] = await compareSignIns(provider, plan, { origin, folder }, say);
		return results;
	} finally {
		stop();
		rmSync(folder, { recursive: true, force: true });
	}
}
