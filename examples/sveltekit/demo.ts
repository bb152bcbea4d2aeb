import { openSqliteFile, runDemo } from "@oauth/example-launcher";
import { loadApp } from "./load-app.ts";

await runDemo({
	folder: import.meta.dirname,
	built: "build/handler.js",
	openDatabase: openSqliteFile,
	loadApp: ({ origin }) => loadApp(origin),
});
