import { runDemo } from "@oauth/example-launcher";
import { startPostgres } from "./embedded-postgres.ts";

const { env } = process;

await runDemo({
	folder: import.meta.dirname,
	async openDatabase() {
		// Not the URL itself, which may contain a password.
		if (env.DATABASE_URL) return "from DATABASE_URL";
		env.DATABASE_URL = await startPostgres();
		return env.DATABASE_URL;
	},
	async loadApp() {
		const { app } = await import("./src/app.ts");
		return app;
	},
});
