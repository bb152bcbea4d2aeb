import type { StoreKind } from "./stores.ts";

/** The steps of a refresh at which a process can be killed. */
export const STEPS = ["before the request", "between the response and the write", "after the write"] as const;

export type KillStep = (typeof STEPS)[number];

/** The job of one process of an app, as JSON in its first argument. */
export interface AppJob {
	kind: StoreKind;
	storeUrl: string;
	providerUrl: string;
	users: string[];
	key: string;
	/** In milliseconds. */
	lease: number;
	/** Kills or stops itself at the first refresh that reaches this step after so many milliseconds. */
	death?: { step: KillStep; after: number; signal: "SIGKILL" | "SIGSTOP" };
}

/** The messages of an app's process. */
export type AppMessage =
	/** `users` are those whose refresh was sent, and whose new tokens are not in the store yet. */
	{ dying: KillStep; users: string[] } | { gets: number; errors: Record<string, number> };
