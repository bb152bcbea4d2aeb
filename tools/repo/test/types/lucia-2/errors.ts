// Mistakes that must not compile with lucia 2.x, each below what the type checker has to say about it.
/// <reference types="lucia" />
import { github } from "@oauth/github";
import { betterSqlite3 } from "adapter-sqlite-for-lucia-2";
import Database from "better-sqlite3";
import { lucia } from "lucia";

const auth = lucia({
	adapter: betterSqlite3(new Database(":memory:"), {
		user: "auth_user",
		key: "auth_key",
		session: "auth_session",
	}),
	env: "DEV",
	getUserAttributes: (user) => ({ username: user.username }),
});

declare global {
	namespace Lucia {
		type Auth = typeof auth;
		type DatabaseUserAttributes = { username: string };
		type DatabaseSessionAttributes = Record<never, never>;
	}
}

export async function session(request: Request) {
	const session = await github(auth, { clientId: "", clientSecret: "" }).handleCallback(request);
	// 'name' does not exist in type 'DatabaseUserAttributes'
	session.createUser({ name: "ada" });
	// Property 'existinguser' does not exist on type {any} Did you mean 'existingUser'?
	session.existinguser;
	// Property 'name' does not exist on type
	session.existingUser?.name;
}
