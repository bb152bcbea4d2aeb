import { rmSync } from "node:fs";
import { join } from "node:path";
import { type DemoContext, runDemo } from "@oauth/example-launcher";
import { loadApp } from "./load-app.ts";

/** Returns a folder per port, so that two demos don't share one. */
const databaseFolder = ({ folder, port }: DemoContext) => join(folder, ".demo", `port-${port}`);

await runDemo({
	folder: import.meta.dirname,
	built: "dist/index.js",
	openDatabase(context) {
		const database = databaseFolder(context);
		// Emulated users have new ids at each start, so the users in an old database could not sign in again.
		if (context.isEmulated) rmSync(database, { recursive: true, force: true });
		return database;
	},
	loadApp: (context) => loadApp(context, databaseFolder(context)),
});
