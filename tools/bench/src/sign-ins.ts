import { join } from "node:path";
import { type Child, startChild } from "./child.ts";
import type { Ready, Task, Turn } from "./contender-process.ts";
import { CONTENDERS, type Contender } from "./contenders.ts";
import { type Footprint, footprintOf } from "./footprint.ts";
import { recordings } from "./recordings.ts";
import type { Provider } from "./sign-in.ts";
import { type Size, sizeOf } from "./size.ts";

export interface Plan {
	/** In each round every contender gets a new process: the engine compiles no two of them alike. */
	rounds: number;
	/** In each round the contenders take so many turns, with another one first each time. */
	turns: number;
	/** In each turn: few, so that those who are compared are measured within the same second. */
	signIns: number;
	/** Sign-ins of each process that come first and let the engine warm up. */
	warmUp: number;
	/** Whether npm installs each contender, which takes the registry. */
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
	/** Those of all contenders with the same index were measured together. */
	turns: Turn[];
}

/** Measures every contender with one provider, and says how far it is. */
export async function compareSignIns(
	provider: Provider,
	plan: Plan,
	{ origin, folder }: { origin: string; folder: string },
	say: (progress: string) => void,
): Promise<Result[]> {
	const results: Result[] = [];
	for (const contender of CONTENDERS) {
		say(`${provider}: the size of ${contender.name}`);
		results.push(await resultOf(contender, provider, folder, plan.install));
	}
	const { id = "", email = "" } = recordings[provider].profile;
	for (let round = 0; round < plan.rounds; round++) {
		say(`${provider}: round ${round + 1} of ${plan.rounds}`);
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

/** All that no turn changes. */
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
