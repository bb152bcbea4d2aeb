import { join } from "node:path";
import { drizzle } from "drizzle-orm/node-postgres";
import { migrate } from "drizzle-orm/node-postgres/migrator";
import pg from "pg";
import { env } from "./env.ts";

const pool = new pg.Pool({ connectionString: env.DATABASE_URL });
// The pool replaces an idle connection that breaks. Without a listener the error would end the process.
pool.on("error", console.error);

// Processes that start at the same time wait here for each other. The lock ends with the connection.
const connection = await pool.connect();
await connection.query("SELECT pg_advisory_lock(hashtext('migrations'))");
await migrate(drizzle(connection), { migrationsFolder: join(import.meta.dirname, "../migrations") });
connection.release(true);

export const database = drizzle(pool);
