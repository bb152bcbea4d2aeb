import { type ChildProcess, fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { fileURLToPath } from "node:url";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { type Mood, RotatingProvider } from "@oauth/test-kit/rotating-provider";
import { tokenVault } from "@oauth/tokens";
import type { AppJob, AppMessage, KillStep } from "./app-job.ts";
import { openStore, type StoreKind } from "./stores.ts";

export interface Load {
	kind: StoreKind;
	storeUrl: string;
	processes: number;
	users: number;
	seconds: number;
	/** The steps at which processes are killed, again and again. @default none */
	kills?: readonly KillStep[];
	/** Stops processes at these steps, for longer than their lease, and lets them go on. @default false */
	isStopped?: boolean;
	/** How long the provider takes a used refresh token again, in milliseconds. @default 0 */
	leeway?: number;
	/** The provider's mood, and what happens to the store, in the middle of the load. */
	disturb?(provider: RotatingProvider): unknown;
}

/** What became of a load. */
export interface Figures {
	gets: number;
	/** How many access tokens ended, and had to be refreshed. */
	refreshes: number;
	/** How many refresh tokens were sent twice. */
	repeats: number;
	/** How many refreshes came before three quarters of an access token's life were over. */
	early: number;
	/** How many users have to sign in again. */
	lost: number;
	/** How many of them had no refresh under way in a process that was killed. */
	unexcused: number;
	/** How many calls of `get` failed, by code. */
	errors: Record<string, number>;
	/** How many processes were killed, by step. */
	kills: Partial<Record<KillStep, number>>;
}

/** How long an access token is valid, in milliseconds. */
export const LIFETIME_MS = 2_000;

/** Long enough for a busy machine to send a request within a ninth of it. */
const LEASE_MS = 4_500;

/** Longer than a lease. */
const STOP_MS = LEASE_MS + 1_500;

/** Lets the processes of an app use the tokens of all users at once, at a strict provider. */
export async function runLoad(load: Load): Promise<Figures> {
	const {
		kind,
		storeUrl,
		processes,
		users: count,
		seconds,
		kills = [],
		isStopped,
		leeway = 0,
		disturb,
	} = load;
	const provider = await new RotatingProvider({ lifetime: LIFETIME_MS, leeway }).start();
	const key = randomBytes(32).toString("base64");
	const run = randomBytes(4).toString("hex");
	const users = Array.from({ length: count }, (_, index) => `user-${index}-of-${run}`);
	const { store, close } = await openStore(kind, storeUrl);
	const vault = tokenVault({
		store,
		keys: [key],
		providers: [defineAcme(provider.url)(CLIENT)],
		lease: LEASE_MS,
		timeout: 20_000,
	});
	const signIn = (user: string) =>
		vault.save(user, { providerId: "acme", providerUserId: user, tokens: provider.signIn(user) });
	for (const user of users) await signIn(user);

	const figures: Figures = {
		gets: 0,
		refreshes: 0,
		repeats: 0,
		early: 0,
		lost: 0,
		unexcused: 0,
		errors: {},
		kills: {},
	};
	const excused = new Set<string>();
	const children = new Set<ChildProcess>();
	let isOver = false;
	let births = 0;

	function startProcess(): Promise<void> {
		const number = births++;
		// While some stand still, the others go on.
		const isMortal = kills.length > 0 && !(isStopped && number % 2);
		const step = isMortal ? kills[number % kills.length] : undefined;
		const job: AppJob = {
			kind,
			storeUrl,
			providerUrl: provider.url,
			users,
			key,
			lease: LEASE_MS,
			...(step && {
				death: {
					step,
					after: 500 + Math.random() * 2_500,
					signal: isStopped ? ("SIGSTOP" as const) : ("SIGKILL" as const),
				},
			}),
		};
		const child = fork(fileURLToPath(new URL("app-process.ts", import.meta.url)), [JSON.stringify(job)]);
		children.add(child);
		child.on("message", (message: AppMessage) => {
			if ("dying" in message) {
				figures.kills[message.dying] = (figures.kills[message.dying] ?? 0) + 1;
				for (const user of message.users) excused.add(user);
				if (isStopped) setTimeout(() => child.kill("SIGCONT"), STOP_MS);
			} else {
				figures.gets += message.gets;
				for (const [name, times] of Object.entries(message.errors))
					figures.errors[name] = (figures.errors[name] ?? 0) + times;
			}
		});
		return new Promise((resolve, reject) => {
			child.on("error", reject);
			child.on("exit", (code, signal) => {
				children.delete(child);
				if (signal === "SIGKILL" && !isOver) startProcess().then(resolve, reject);
				else if (code === 0 || signal === "SIGKILL") resolve();
				else reject(new Error(`a process of the app ended with ${code ?? signal}`));
			});
		});
	}

	/** Counts the users whose grant has ended, and signs them in again, as they would do. */
	async function renewLost(): Promise<void> {
		for (const user of provider.ended.splice(0)) {
			figures.lost++;
			if (!excused.has(user)) figures.unexcused++;
			await signIn(user);
		}
	}

	const all = Promise.all(Array.from({ length: processes }, startProcess));
	/** Goes on for so long, then until it is done. */
	async function goOn(milliseconds: number, isDone = () => true): Promise<void> {
		const end = performance.now() + milliseconds;
		while (performance.now() < end || !isDone()) {
			await Promise.race([all, wait(100)]);
			await renewLost();
		}
	}
	try {
		await goOn((seconds / 2) * 1000);
		await disturb?.(provider);
		await goOn((seconds / 2) * 1000, () => kills.every((step) => figures.kills[step]));
		isOver = true;
		provider.mood = () => "ok";
		provider.hangUp();
		// One that is just being killed can't be told.
		for (const child of children) if (child.connected) child.send("stop", () => {});
		await all;
		// A refresh that was under way in a process that was killed shows when it is tried again.
		await Promise.all(users.map((user) => vault.get(user, "acme").catch(() => {})));
		await renewLost();
		const { refreshes, repeats, early } = provider;
		return { ...figures, refreshes, repeats, early };
	} finally {
		for (const child of children) child.kill("SIGKILL");
		await close();
		await provider.stop();
	}
}

/** Makes a provider that answers every third refresh in a mood of its own. */
export function moody(provider: RotatingProvider, ...moods: Mood[]): void {
	let count = 0;
	provider.mood = () => (count++ % 3 === 0 ? (moods[((count / 3) % moods.length) | 0] ?? "ok") : "ok");
}

function wait(milliseconds: number): Promise<void> {
	return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
