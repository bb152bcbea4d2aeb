import { betterSqlite3 } from "@lucia-auth/adapter-sqlite";
import lucia from "lucia-auth";
import { web } from "lucia-auth/middleware";
import { database } from "./database.ts";
import { isSecure } from "./origin.ts";

export const auth = lucia({
	// The adapter has the types of an older better-sqlite3.
	adapter: betterSqlite3(database as never),
	// Determines whether the session's cookie is `Secure`.
	env: isSecure ? "PROD" : "DEV",
	middleware: web(),
	transformDatabaseUser: ({ id, name, email, email_verified, picture }) => ({
		userId: id,
		name,
		email,
		emailVerified: email_verified === null ? null : email_verified === 1,
		picture,
	}),
});

export type Auth = typeof auth;
