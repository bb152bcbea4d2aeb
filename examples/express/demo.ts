import { runDemo } from "@oauth/example-launcher";
import { startPostgres } from "./embedded-postgres.ts";

const { env } = process;

await runDemo({
	folder: import.meta.dirname,
	async openDatabase() {
		// Not the URL itself: there can be a password in it.
		if (env.DATABASE_URL) return "as DATABASE_URL says";
		env.DATABASE_URL = await startPostgres();
		return env.DATABASE_URL;
	},
	async loadApp() {
		const { app } = await import("./src/app.ts");
		return app;
	},
});
