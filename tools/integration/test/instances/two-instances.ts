import { type Answer, serve } from "@oauth/test-kit/loopback";
import { createDatabase } from "@oauth/test-kit/lucia-1";
import { temporaryFile } from "@oauth/test-kit/temporary-file";
import type { Database } from "better-sqlite3";
import { onTestFinished } from "vitest";
import { serveProxy } from "./proxy.ts";
import { type ServerProcess, startProcess } from "./server-process.ts";

export interface TwoInstances {
	/** The address that people know: the proxy's. */
	app: string;
	instances: ServerProcess[];
	db: Database;
	github: ServerProcess;
	google: ServerProcess;
}

interface Settings {
	/** How the pictures of newcomers are answered. */
	picture: Answer;
	githubTimeout: number;
}

/** One app as two processes behind a proxy, with one database, and two providers. */
export async function startTwoInstances({ picture, githubTimeout }: Settings): Promise<TwoInstances> {
	const file = temporaryFile("users.db");
	const db = createDatabase(file);
	onTestFinished(() => {
		db.close();
	});
	// Stays so in the file. Instances that do it as they start would be in each other's way.
	db.pragma("journal_mode = WAL");

	const proxy = await serveProxy();
	const { url: PICTURES } = await serve({ "/picture": picture });
	const [github, google] = await Promise.all([
		startProcess("github.ts", { PICTURES }),
		startProcess("google.ts", { PICTURES }),
	]);
	const env = {
		APP: proxy.url,
		DATABASE_FILE: file,
		GITHUB: github.url,
		GITHUB_TIMEOUT: `${githubTimeout}`,
		GOOGLE: google.url,
	};
	const instances = await Promise.all([startProcess("app.ts", env), startProcess("app.ts", env)]);
	proxy.instances.push(...instances.map(({ url }) => url));
	return { app: proxy.url, instances, db, github, google };
}
