import { rmSync } from "node:fs";
import { join } from "node:path";
import { type DemoContext, runDemo } from "@oauth/example-launcher";
import { loadApp } from "./load-app.ts";

/** A folder for each port, so that two demos don't share one. */
const databaseFolder = ({ folder, port }: DemoContext) => join(folder, ".demo", `port-${port}`);

await runDemo({
	folder: import.meta.dirname,
	built: "dist/index.js",
	openDatabase(context) {
		const database = databaseFolder(context);
		// Emulated people have new ids at each start: who signed up before would be a stranger in an old database.
		if (context.isEmulated) rmSync(database, { recursive: true, force: true });
		return database;
	},
	loadApp: (context) => loadApp(context, databaseFolder(context)),
});
