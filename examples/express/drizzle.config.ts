import { defineConfig } from "drizzle-kit";

/** `pnpm generate` writes the changes of the schema into a new file in `migrations/`. */
export default defineConfig({
	dialect: "postgresql",
	schema: "src/schema.ts",
	out: "migrations",
});
