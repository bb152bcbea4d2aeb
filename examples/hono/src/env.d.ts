type Setting = typeof import("./settings.ts").settings[number];

declare namespace Cloudflare {
	/** What `env` of `cloudflare:workers` is. No provider's settings are required: a missing one shows when it is needed. */
	interface Env extends Partial<Record<Setting, string>> {
		ORIGIN: string;
		DB: D1Database;
	}
}
