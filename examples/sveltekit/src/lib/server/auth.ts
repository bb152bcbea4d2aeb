import { betterSqlite3 } from "@lucia-auth/adapter-sqlite";
import lucia from "lucia-auth";
import { sveltekit } from "lucia-auth/middleware";
import { ORIGIN } from "$app/env/private";
import { database } from "./database.ts";

export const auth = lucia({
	// The adapter has the types of an older better-sqlite3.
	adapter: betterSqlite3(database as never),
	// Determines whether the session's cookie is `Secure`.
	env: ORIGIN.startsWith("https:") ? "PROD" : "DEV",
	middleware: sveltekit(),
	transformDatabaseUser: ({ id, name, email, email_verified, picture }) => ({
		userId: id,
		name,
		email,
		emailVerified: email_verified === null ? null : email_verified === 1,
		picture,
	}),
});

export type Auth = typeof auth;
