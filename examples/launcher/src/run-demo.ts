import { existsSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { join } from "node:path";
import { listen } from "./listen.ts";
import { emulateProviders, hasCredentials, providers } from "./providers.ts";

/** What is particular about an example. */
export interface Demo {
	/** The example's own folder. */
	folder: string;
	/** A file in it that the build makes, if there is something to build. */
	built?: string;
	/** Makes the database ready, puts into the environment where the app finds it, and returns what to print about it. */
	openDatabase(context: DemoContext): string | Promise<string>;
	/** Loads the app. The environment is complete by then. */
	loadApp(context: DemoContext): RequestListener | Promise<RequestListener>;
}

export interface DemoContext {
	folder: string;
	port: number;
	/** Where people reach the app. */
	origin: string;
	/** Whether a provider is emulated: its people have new ids at each start. */
	isEmulated: boolean;
	/** Does this too when the demo is ended. Whatever is in this one process ends by itself. */
	atEnd(task: () => unknown): void;
}

const { env } = process;

/** Starts an example: with the providers for which the environment or `.env` has credentials, the others emulated. */
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

	// Whoever comes before the app is loaded waits for it.
	const app = Promise.withResolvers<RequestListener>();
	const server = createServer(async (request, response) => (await app.promise)(request, response));
	const port = await listen(server, Number(env.PORT) || 5173);
	const address = `http://localhost:${port}`;
	env.ORIGIN ||= address;
	const origin = env.ORIGIN;

	const emulated = await emulateProviders(
		origin,
		providers.filter((provider) => !hasCredentials(provider)),
	);
	for (const provider of emulated.values()) Object.assign(env, provider.env);
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
		const url = emulated.get(id)?.url;
		const where = url ? `emulated at ${url}` : `real; its callback is ${origin}/login/${id}/callback`;
		return `  ${name.padEnd(10)}${where}`;
	});
	console.log(`
  Open      ${address}${origin === address ? "" : `, which people reach as ${origin}`}

${lines.join("\n")}
  Database  ${database}

  Ctrl-C ends all of it.
`);
}
