import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { cpus, loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { CONTENDERS, type Contender } from "./contenders.ts";
import { type Footprint, footprintOf } from "./footprint.ts";
import type { Sample, Task } from "./measure.ts";
import { recordings } from "./recordings.ts";
import { PROVIDERS, type Provider } from "./sign-in.ts";
import { type Size, sizeOf } from "./size.ts";
import { stage } from "./stage.ts";

export interface Plan {
	/** Each round visits every contender, in a process of its own. */
	rounds: number;
	/** In each process: those that are measured, and those before that let the engine warm up. */
	signIns: number;
	warmUp: number;
	/** Whether npm installs each contender, which takes the registry. */
	install: boolean;
}

export interface Result {
	contender: string;
	size: Size;
	install?: Footprint;
	samples: Sample[];
	note: string;
}

export interface Results {
	machine: { node: string; cpu: string; cores: number; loadBefore: number; loadAfter: number };
	plan: Plan;
	github: Result[];
	google: Result[];
}

/** Measures every contender with every provider, and says how far it is. */
export async function bench(plan: Plan, say: (progress: string) => void): Promise<Results> {
	const folder = mkdtempSync(join(tmpdir(), "oauth-bench-"));
	const server = fork(pathOf("./provider.ts"), { execArgv: [] });
	const listening = once(server, "message");
	const [{ model = "" } = {}, cores, loadBefore = 0] = [cpus()[0], cpus().length, loadavg()[0]];
	try {
		say("packs and builds");
		await stage(folder);
		const results: Record<Provider, Result[]> = { github: [], google: [] };
		for (const provider of PROVIDERS)
			for (const contender of CONTENDERS) {
				say(`the size of ${contender.name} with ${provider}`);
				results[provider].push(await resultOf(contender, provider, folder, plan.install));
			}

		const [origin] = await listening;
		for (let round = 0; round < plan.rounds; round++)
			for (const provider of PROVIDERS)
				for (const index of rotated([...CONTENDERS.keys()], round)) {
					const { name, folder: routes } = CONTENDERS[index] as Contender;
					say(`round ${round + 1} of ${plan.rounds}: ${name} with ${provider}`);
					const { id, email } = recordings[provider].profile;
					const task = { ...plan, routes: routesOf(folder, routes, provider), origin, person: { id, email } };
					results[provider][index]?.samples.push(await measure(task));
				}
		const machine = { node: process.version, cpu: model, cores, loadBefore, loadAfter: loadavg()[0] ?? 0 };
		return { machine, plan, ...results };
	} finally {
		server.kill();
		rmSync(folder, { recursive: true, force: true });
	}
}

/** All that no round changes. */
async function resultOf(
	{ name, folder: routes, packages, notes }: Contender,
	provider: Provider,
	folder: string,
	install: boolean,
): Promise<Result> {
	const specs = packages[provider].map((spec) =>
		spec.startsWith("@oauth/") ? join(folder, "packed", `${spec.slice("@oauth/".length)}.tgz`) : spec,
	);
	return {
		contender: name,
		size: await sizeOf(routesOf(folder, routes, provider)),
		install: install ? footprintOf(specs, join(folder, `installed-${routes}-${provider}`)) : undefined,
		samples: [],
		note: notes[provider],
	};
}

async function measure(task: Task): Promise<Sample> {
	const { PATH } = process.env;
	const child = fork(pathOf("./measure.ts"), [JSON.stringify(task)], {
		execArgv: [],
		env: { PATH, NODE_ENV: "production" },
		// What a contender logs is no part of the results.
		stdio: ["ignore", process.stderr, process.stderr, "ipc"],
	});
	let sample: Sample | undefined;
	child.on("message", (message) => {
		sample = message as Sample;
	});
	await once(child, "close");
	if (!sample) throw new Error(`no result from ${task.routes}`);
	return sample;
}

function routesOf(folder: string, routes: string, provider: Provider): string {
	return join(folder, "contenders", routes, `${provider}.mjs`);
}

function rotated<Item>(items: Item[], by: number): Item[] {
	const at = by % items.length;
	return [...items.slice(at), ...items.slice(0, at)];
}

function pathOf(module: string): string {
	return fileURLToPath(import.meta.resolve(module));
}
