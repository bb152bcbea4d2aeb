import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import type { Ready, Task, Turn } from "./contender-process.ts";
import { CONTENDERS, type Contender } from "./contenders.ts";
import { type Footprint, footprintOf } from "./footprint.ts";
import { recordings } from "./recordings.ts";
import type { Provider } from "./sign-in.ts";
import { type Size, sizeOf } from "./size.ts";

export interface Plan {
	/** Each round has a new process for every contender, because the engine compiles no two processes alike. */
	rounds: number;
	/** The turns of each contender in a round. Each turn starts with another contender. */
	turns: number;
	/** The sign-ins in a turn. They are few, so that compared contenders are measured within the same second. */
	signIns: number;
	/** The first sign-ins of each process, which warm the engine up. */
	warmUp: number;
	/** Whether npm installs each contender from the registry. */
	install: boolean;
}

export interface Result {
	contender: string;
	size: Size;
	install?: Footprint;
	rounds: Round[];
	note: string;
}

export interface Round extends Ready {
	/** Turns of different contenders with the same index were measured together. */
	turns: Turn[];
}

/** Measures every contender with one provider, and reports its progress. */
export async function compareSignIns(
	provider: Provider,
	plan: Plan,
	{ origin, folder }: { origin: string; folder: string },
	report: (progress: string) => void,
): Promise<Result[]> {
	const results: Result[] = [];
	for (const contender of CONTENDERS) {
		report(`${provider}: the size of ${contender.name}`);
		results.push(await resultOf(contender, provider, folder, plan.install));
	}
	const { id = "", email = "" } = recordings[provider].profile;
	for (let round = 0; round < plan.rounds; round++) {
		report(`${provider}: round ${round + 1} of ${plan.rounds}`);
		const children: Child[] = [];
		try {
			for (const [index, { folder: routes }] of CONTENDERS.entries()) {
				const task: Task = {
					routes: routesOf(folder, routes, provider),
					origin,
					user: { id, email },
					warmUp: plan.warmUp,
				};
				const child = startChild("./contender-process.ts", task);
				children.push(child);
				results[index]?.rounds.push({ ...(await child.ask<Ready>()), turns: [] });
			}
			for (let turn = 0; turn < plan.turns; turn++)
				for (const index of rotated([...children.keys()], turn)) {
					const measured = await (children[index] as Child).ask<Turn>(plan.signIns);
					results[index]?.rounds[round]?.turns.push(measured);
				}
		} finally {
			for (const child of children) child.stop();
		}
	}
	return results;
}

/** Returns a contender's result before its first round. */
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
		rounds: [],
		note: notes[provider],
	};
}

function routesOf(folder: string, routes: string, provider: Provider): string {
	return join(folder, "contenders", routes, `${provider}.mjs`);
}

function rotated<Item>(items: Item[], by: number): Item[] {
	const at = by % items.length;
	return [...items.slice(at), ...items.slice(0, at)];
}
