import { parseArgs } from "node:util";
import { bench, type Plan } from "./bench.ts";
import { CONTENDERS } from "./contenders.ts";
import { report } from "./report.ts";

/** As many rounds as contenders: each of them is once the first. */
const FULL: Plan = { rounds: CONTENDERS.length, signIns: 1500, warmUp: 500, install: true };
/** Shows that all contenders work. Its numbers say nothing. */
const QUICK: Plan = { rounds: 1, signIns: 5, warmUp: 5, install: false };

const { values } = parseArgs({ options: { quick: { type: "boolean" }, json: { type: "boolean" } } });

const results = await bench(values.quick ? QUICK : FULL, (progress) => console.error(progress));
console.log(values.json ? JSON.stringify(results, null, "\t") : report(results));
