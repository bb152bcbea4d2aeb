import { readFileSync } from "node:fs";
import type { RequestListener } from "node:http";
import { join } from "node:path";
import { type DemoContext, forward } from "@oauth/example-launcher";
import { Miniflare, type MiniflareOptions } from "miniflare";
import { settings } from "./src/settings.ts";
import config from "./wrangler.json" with { type: "json" };

const { env } = process;

/** Loads the built app into the runtime of Cloudflare Workers, with the database in that folder. */
export async function loadApp({ folder }: DemoContext, database: string): Promise<RequestListener> {
	const options: MiniflareOptions = {
		rootPath: folder,
		host: "127.0.0.1",
		port: 0,
		modules: true,
		modulesRoot: ".",
		scriptPath: "dist/index.js",
		compatibilityDate: config.compatibility_date,
		assets: { directory: config.assets.directory, routerConfig: { has_user_worker: true } },
		bindings: Object.fromEntries(settings.flatMap((name) => (env[name] ? [[name, env[name]]] : []))),
		d1Databases: config.d1_databases.map(({ binding }) => binding),
		d1Persist: database,
		// Otherwise Miniflare asks Cloudflare where this machine is.
		cf: false,
	};
	const miniflare = withoutSignalHandlers(() => new Miniflare(options));
	await createTables(await miniflare.getD1Database("DB"), join(folder, "schema.sql"));
	const port = Number((await miniflare.ready).port);
	return (request, response) => forward(port, request, response);
}

/** Keeps Miniflare from ending the process on Ctrl-C, with a code other than 0. The launcher ends both. */
function withoutSignalHandlers<Made>(make: () => Made): Made {
	const signals = ["SIGINT", "SIGTERM"] as const;
	const before = signals.flatMap((signal) => process.listeners(signal));
	const made = make();
	for (const signal of signals)
		for (const listener of process.listeners(signal))
			if (!before.includes(listener)) process.off(signal, listener);
	return made;
}

/** Executes an SQL file, as `wrangler d1 execute --file` does. */
async function createTables(
	database: Awaited<ReturnType<Miniflare["getD1Database"]>>,
	file: string,
): Promise<void> {
	const statements = readFileSync(file, "utf8")
		.split(/;\s*$/m)
		.filter((statement) => statement.trim());
	await database.batch(statements.map((statement) => database.prepare(statement)));
}
