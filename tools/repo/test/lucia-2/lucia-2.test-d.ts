/// <reference types="lucia" />
import { github } from "@oauth/github";
import { betterSqlite3 } from "adapter-sqlite-for-lucia-2";
import Database from "better-sqlite3";
import { lucia } from "lucia";
import { expectTypeOf, test } from "vitest";

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

test("with lucia 2.7.7 existingUser and createUser are Lucia's", async () => {
	const session = await github(auth, { clientId: "", clientSecret: "" }).validateCallback("");
	expectTypeOf(session.existingUser).toEqualTypeOf<({ userId: string } & { username: string }) | null>();
	expectTypeOf(session.createUser).parameters.toEqualTypeOf<
		[userAttributes?: Lucia.DatabaseUserAttributes]
	>();
	expectTypeOf(session.existingUser?.username).toEqualTypeOf<string | undefined>();
});
