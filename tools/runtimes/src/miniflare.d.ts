/** The parts of miniflare that the tests use, for a checkout in which the runtimes are not installed. */
declare module "miniflare" {
	export class Miniflare {
		constructor(options: Record<string, unknown>);
		readonly ready: Promise<URL>;
		getD1Database(name: string): Promise<import("@oauth/tokens/d1").D1Database>;
		dispose(): Promise<void>;
	}
}
