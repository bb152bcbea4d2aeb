import { defineConfig } from "drizzle-kit";

/** `pnpm generate` writes what has changed in the schema into a new file of `migrations/`. */
export default defineConfig({
	dialect: "postgresql",
	schema: "src/schema.ts",
	out: "migrations",
});
