import { setTimeout as sleep } from "node:timers/promises";
import { OAuthError } from "@oauth/core";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { type GrantStore, type TokenProvider, tokenVault } from "@oauth/tokens";
import type { AppJob, AppMessage, KillStep } from "./app-job.ts";
import { openStore } from "./stores.ts";

const job: AppJob = JSON.parse(`${process.argv[2]}`);
const { kind, storeUrl, providerUrl, users, key, lease, death } = job;
const startedAt = performance.now();
const { store, close } = await openStore(kind, storeUrl);
const acme = defineAcme(providerUrl)(CLIENT);

/** The users whose refresh was sent, and whose new tokens are not in the store yet. */
const underWay = new Set<string>();
let isDying = false;

/** Ends or stops this process, if its time has come. */
async function dieAt(step: KillStep): Promise<void> {
	if (isDying) return hang();
	if (death?.step !== step || performance.now() - startedAt < death.after) return;
	death.after = Number.POSITIVE_INFINITY;
	isDying = death.signal === "SIGKILL";
	await new Promise<void>((resolve) => {
		const message: AppMessage = { dying: step, users: [...underWay] };
		process.send?.(message, undefined, {}, () => resolve());
	});
	process.kill(process.pid, death.signal);
	// One that was stopped goes on from here.
	if (isDying) return hang();
}

function hang(): Promise<never> {
	return new Promise(() => {});
}

const mortalStore: GrantStore = {
	...store,
	async commit(grant, ...rest) {
		await dieAt("between the response and the write");
		const isWritten = await store.commit(grant, ...rest);
		underWay.delete(grant.userId);
		await dieAt("after the write");
		return isWritten;
	},
	async release(...args) {
		return isDying ? hang() : store.release(...args);
	},
};

/** Returns the provider for one user, so that it is known whose refresh is sent. */
function providerOf(user: string): TokenProvider {
	return {
		...acme,
		async refreshTokens(refreshToken, options) {
			await dieAt("before the request");
			return acme.refreshTokens(refreshToken, {
				...options,
				beforeSend() {
					if (isDying) throw new Error("this process is dying");
					options?.beforeSend?.();
					underWay.add(user);
				},
			});
		},
	};
}

const vault = tokenVault({
	store: mortalStore,
	keys: [key],
	providers: ({ providerUserId }) => providerOf(providerUserId),
	lease,
});
const errors: Record<string, number> = {};
let gets = 0;
let isOver = false;

/** Uses one user's token again and again. */
async function actFor(user: string): Promise<void> {
	while (!isOver) {
		try {
			// Not each time through the API, because it is not what is tested.
			if (Math.random() < 0.2) await vault.client(user, "acme", { baseURL: providerUrl })("/api");
			else await vault.get(user, "acme");
			gets++;
		} catch (error) {
			const name = OAuthError.is(error) ? error.code : `${Object(error).message}`;
			errors[name] = (errors[name] ?? 0) + 1;
		}
		await sleep(50 + Math.random() * 200);
	}
}

process.on("message", () => {
	isOver = true;
});
await Promise.all(users.map(actFor));
await vault.close();
await close();
process.send?.({ gets, errors } satisfies AppMessage, undefined, {}, () => process.disconnect());
