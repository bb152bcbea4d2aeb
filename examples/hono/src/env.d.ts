type Setting = typeof import("./settings.ts").settings[number];

declare namespace Cloudflare {
	/** The type of `env` in `cloudflare:workers`. Providers' settings are optional: a missing one fails when needed. */
	interface Env extends Partial<Record<Setting, string>> {
		ORIGIN: string;
		DB: D1Database;
	}
}
