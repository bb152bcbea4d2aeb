import { type Handler, serve } from "@oauth/test-kit/loopback";
import { createDatabase } from "@oauth/test-kit/lucia-1";
import { temporaryFile } from "@oauth/test-kit/temporary-file";
import type { Database } from "better-sqlite3";
import { onTestFinished } from "vitest";
import { serveProxy } from "./proxy.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";

export interface TwoInstances {
	/** The proxy's URL, which is the app's for its users. */
	app: string;
	instances: ServerProcess[];
	db: Database;
	github: ServerProcess;
	google: ServerProcess;
}

interface Settings {
	/** Responds to the requests for the pictures of new users. */
	picture: Handler;
	githubTimeout: number;
}

/** Starts an app as two processes behind a proxy, with one database, and two providers. */
export async function startTwoInstances({ picture, githubTimeout }: Settings): Promise<TwoInstances> {
	const file = temporaryFile("users.db");
	const db = createDatabase(file);
	onTestFinished(() => {
		db.close();
	});
	// The file keeps the mode. Two instances that set it at their start would block each other.
	db.pragma("journal_mode = WAL");

	const { url: APP, instances: targets } = await serveProxy();
	const { url: PICTURES } = await serve({ "/picture": picture });
	const [github, google] = await Promise.all([
		startProcess("github.ts", { APP, PICTURES }),
		startProcess("google.ts", { APP, PICTURES }),
	]);
	const env = {
		APP,
		DATABASE_FILE: file,
		GITHUB: github.url,
		GITHUB_TIMEOUT: `${githubTimeout}`,
		GOOGLE: google.url,
	};
	const instances = await Promise.all([startProcess("app.ts", env), startProcess("app.ts", env)]);
	targets.push(...instances.map(({ url }) => url));
	return { app: APP, instances, db, github, google };
}
