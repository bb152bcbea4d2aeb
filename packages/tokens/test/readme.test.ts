import { readFileSync } from "node:fs";
import { schema as d1Schema } from "@oauth/tokens/d1";
import { schema as postgresSchema } from "@oauth/tokens/postgres";
import { schema as sqliteSchema } from "@oauth/tokens/sqlite";
import { expect, test } from "vitest";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the tables in the README are those that the package exports and its tests create", () => {
	const tables = [...readme.matchAll(/^```sql\n([\s\S]*?)\n```$/gm)].map(([, table]) => table);
	expect(tables).toEqual([postgresSchema, sqliteSchema]);
	expect(d1Schema).toBe(sqliteSchema);
});
