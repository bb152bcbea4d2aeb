import { randomBytes } from "node:crypto";
import type { TokenPolicy } from "@oauth/core";
import { CLIENT, defineAcme } from "@oauth/test-kit/acme";
import { type Mood, RotatingProvider, type RotatingProviderOptions } from "@oauth/test-kit/rotating-provider";
import { type GrantStore, type TokenVault, tokenVault, type VaultOptions } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { onTestFinished } from "vitest";

export const HOUR = 3_600_000;

/** Returns a key as an app makes it. */
export function newKey(): string {
	return randomBytes(32).toString("base64");
}

/** A strict provider, a store, and vaults on it as the processes of an app have them. */
export interface World {
	provider: RotatingProvider;
	acme: ReturnType<ReturnType<typeof defineAcme>>;
	store: GrantStore;
	keys: string[];
	/** Makes another vault on the same store: another process. */
	open(options?: Partial<VaultOptions>): TokenVault;
	vault: TokenVault;
	/** Saves a new grant of a user, whose access token is as good as over. Returns its tokens. */
	connect(user: string, options?: { left?: number }): Promise<ReturnType<RotatingProvider["signIn"]>>;
	/** Lets the provider treat each refresh so. */
	setMood(mood: Mood): void;
}

export async function createWorld({
	tokenPolicy,
	store = memoryStore(),
	...options
}: { tokenPolicy?: TokenPolicy; store?: GrantStore } & RotatingProviderOptions = {}): Promise<World> {
	const provider = await new RotatingProvider(options).start();
	onTestFinished(() => provider.stop());
	// With a network of its own, because the requests of one network are shared in a process.
	const create = () =>
		defineAcme(
			provider.url,
			tokenPolicy ? { tokenPolicy } : {},
		)({
			...CLIENT,
			fetch: (...args) => fetch(...args),
		});
	const acme = create();
	const keys = [newKey()];
	const open = (more: Partial<VaultOptions> = {}) =>
		tokenVault({ store, keys, providers: [create()], timeout: 5_000, ...more });
	const vault = open();
	return {
		provider,
		acme,
		store,
		keys,
		open,
		vault,
		async connect(user, { left = 0 } = {}) {
			const tokens = provider.signIn(user);
			const expiresAt = new Date(Date.now() + left);
			await vault.save(user, {
				providerId: "acme",
				providerUserId: `id-of-${user}`,
				tokens: { ...tokens, expiresAt },
			});
			return tokens;
		},
		setMood(mood) {
			provider.mood = () => mood;
		},
	};
}

/** Waits until something holds. The test's own timeout ends the wait. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
	while (!(await condition())) await new Promise((resolve) => setTimeout(resolve, 5));
}

/** Returns a promise, and the function that fulfils it. Node 20 has no `Promise.withResolvers`. */
export function createGate(): { opened: Promise<void>; open(): void } {
	let open = () => {};
	const opened = new Promise<void>((resolve) => {
		open = resolve;
	});
	return { opened, open: () => open() };
}
