import { existsSync, mkdirSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { type EmulatedProvider, emulateGitHub, emulateGoogle } from "./embedded/emulated-providers.ts";
import { listen } from "./embedded/listen.ts";
import { serveApp } from "./embedded/serve-app.ts";

const { env } = process;

// Everything runs in this one process, so there is nothing that could be left behind.
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => process.exit());

const envFile = inThisFolder(".env");
if (existsSync(envFile)) process.loadEnvFile(envFile);

if (!existsSync(inThisFolder("build/handler.js"))) {
	console.error("The app is not built yet: run `pnpm build` first.");
	process.exit(1);
}

const server = createServer();
const port = await listen(server, Number(env.PORT) || 5173);
env.ORIGIN ||= `http://localhost:${port}`;

// A provider with credentials is the real one.
const github = hasCredentials("GITHUB") ? null : await emulateGitHub(env.ORIGIN);
const google = hasCredentials("GOOGLE") ? null : await emulateGoogle(env.ORIGIN);
Object.assign(env, github?.env, google?.env);
env.DATABASE_FILE ||= prepareDatabaseFile();
await serveApp(server, env.ORIGIN);

console.log(`
  Open      http://localhost:${port}${env.ORIGIN === `http://localhost:${port}` ? "" : `, which people reach as ${env.ORIGIN}`}

  GitHub    ${describe("github", github)}
  Google    ${describe("google", google)}
  Database  ${env.DATABASE_FILE}

  Ctrl-C ends all of it.
`);

function inThisFolder(path: string): string {
	return fileURLToPath(new URL(path, import.meta.url));
}

function hasCredentials(provider: string): boolean {
	return Boolean(env[`${provider}_CLIENT_ID`] && env[`${provider}_CLIENT_SECRET`]);
}

/** One for each port, so that two demos don't share one. */
function prepareDatabaseFile(): string {
	mkdirSync(inThisFolder(".demo"), { recursive: true });
	const file = inThisFolder(`.demo/port-${port}.db`);
	// Emulated people have new ids at each start: who signed up before would be a stranger in an old file.
	if (github || google) for (const suffix of ["", "-wal", "-shm"]) rmSync(file + suffix, { force: true });
	return file;
}

function describe(id: string, emulated: EmulatedProvider | null): string {
	return emulated
		? `emulated at ${emulated.url}`
		: `real; its callback is ${env.ORIGIN}/login/${id}/callback`;
}
