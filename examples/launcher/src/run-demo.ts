import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { listen } from "./listen.ts";
import { emulateProviders, hasCredentials, providers } from "./providers.ts";

/** The parts of a demo that differ between the examples. */
export interface Demo {
	/** The example's own folder. */
	folder: string;
	/** A file that the build creates in the folder, if the example has a build. */
	built?: string;
	/** Prepares the database, tells the app by the environment where it is, and returns what to print about it. */
	openDatabase(context: DemoContext): string | Promise<string>;
	/** Loads the app, once the environment is complete. */
	loadApp(context: DemoContext): RequestListener | Promise<RequestListener>;
}

export interface DemoContext {
	folder: string;
	port: number;
	/** Where users reach the app. */
	origin: string;
	/** Whether a provider is emulated: then its users have new ids at each start. */
	isEmulated: boolean;
	/** Adds a task for the end of the demo. Everything within this process ends by itself. */
	atEnd(task: () => unknown): void;
}

const { env } = process;

/** Starts an example. Providers without credentials in the environment or in `.env` are emulated. */
export async function runDemo({ folder, built, openDatabase, loadApp }: Demo): Promise<void> {
	const tasks: (() => unknown)[] = [];
	for (const signal of ["SIGINT", "SIGTERM"])
		process.once(signal, async () => {
			await Promise.allSettled(tasks.map((task) => task()));
			process.exit();
		});

	const envFile = join(folder, ".env");
	if (existsSync(envFile)) process.loadEnvFile(envFile);

	if (built && !existsSync(join(folder, built))) {
		console.error("The app is not built yet: run `pnpm build` first.");
		process.exit(1);
	}

	// Requests that come before the app is loaded wait for it.
	const app = Promise.withResolvers<RequestListener>();
	const server = createServer(async (request, response) => (await app.promise)(request, response));
	const port = await listen(server, Number(env.PORT) || 5173);
	const url = `http://localhost:${port}`;
	env.ORIGIN ||= url;
	const origin = env.ORIGIN;

	const emulated = await emulateProviders(
		origin,
		providers.filter((provider) => !hasCredentials(provider)),
	);
	for (const provider of emulated.values()) Object.assign(env, provider.env);
	env.TOKEN_KEY ||= randomBytes(32).toString("base64");
	const context: DemoContext = {
		folder,
		port,
		origin,
		isEmulated: emulated.size > 0,
		atEnd: (task) => tasks.push(task),
	};
	const database = await openDatabase(context);
	app.resolve(await loadApp(context));

	const lines = providers.map(({ id, name }) => {
		const emulator = emulated.get(id);
		const where = emulator
			? `emulated at ${emulator.url}`
			: `real; the callback URL is ${origin}/login/${id}/callback`;
		return `  ${name.padEnd(10)}${where}`;
	});
	console.log(`
  Open      ${url}${origin === url ? "" : `, which users reach at ${origin}`}

${lines.join("\n")}
  Database  ${database}

  Press Ctrl-C to stop.
`);
}
