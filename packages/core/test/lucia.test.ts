import type { Lucia } from "@oauth/core";
import { ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { temporaryFile } from "@oauth/test-kit/temporary-file";
import { betterSqlite3 } from "adapter-sqlite-for-lucia-2";
import type { Database } from "better-sqlite3";
import { lucia } from "lucia";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";

interface AppUser {
	userId: string;
	username: string;
}
type AppLucia = Lucia<AppUser, { username: string }>;

function createLucia2(db: Database): AppLucia {
	return lucia({
		adapter: betterSqlite3(db, { user: "auth_user", key: "auth_key", session: "auth_session" }),
		env: "DEV",
		getUserAttributes: (user) => ({ username: (user as never as AppUser).username }),
	}) as never;
}

let server: Loopback;
let db: Database;
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
	db = createDatabase();
});

function rows() {
	return {
		users: db.prepare("SELECT * FROM auth_user ORDER BY username").all(),
		keys: db.prepare("SELECT id, user_id FROM auth_key ORDER BY id").all(),
	};
}

describe.each([
	["lucia-auth 1.8.0", (database: Database): AppLucia => createLucia1(database)],
	["lucia 2.7.7", createLucia2],
])("%s", (_, createLucia) => {
	function acme(database = db) {
		return defineAcme(server.url)(createLucia(database), CLIENT);
	}
	async function signIn(provider = acme()) {
		return provider.handleCallback(callbackRequest(await provider.startSignIn(loginRequest())));
	}
	async function link(provider = acme()) {
		const sessionId = "session-1";
		const flow = await provider.startSignIn(loginRequest(), { intent: "link", sessionId });
		return provider.handleCallback(callbackRequest(flow), { sessionId });
	}

	test("a first sign-in creates the user, with the account as a key", async () => {
		const { existingUser, createUser } = await signIn();
		expect(existingUser).toBeNull();
		const user = await createUser({ username: "ada" });
		expect(user).toMatchObject({ userId: expect.any(String), username: "ada" });
		expect(rows()).toEqual({
			users: [{ id: user.userId, username: "ada" }],
			keys: [{ id: "acme:36", user_id: user.userId }],
		});
	});

	test("a second sign-in finds the user, and so does validateCallback", async () => {
		const user = await (await signIn()).createUser({ username: "ada" });
		expect((await signIn()).existingUser).toEqual(user);
		expect((await acme().validateCallback("code-of-ada")).existingUser).toEqual(user);
	});

	test("a user whose id at the provider has a colon is found again", async () => {
		server.on("/user", { ...ADA, id: "did:plc:36" });
		const user = await (await signIn()).createUser({ username: "ada" });
		expect((await signIn()).existingUser).toEqual(user);
	});

	test("concurrent callbacks of a new user end in one user, without an error or an orphan", async () => {
		const sessions = await Promise.all(Array.from({ length: 8 }, () => signIn()));
		expect(sessions.map(({ existingUser }) => existingUser)).toEqual(sessions.map(() => null));
		const users = await Promise.all(sessions.map(({ createUser }) => createUser({ username: "ada" })));
		expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
		expect(rows()).toEqual({
			users: [{ id: users[0]?.userId, username: "ada" }],
			keys: [{ id: "acme:36", user_id: users[0]?.userId }],
		});
	});

	test("callbacks in two processes with one database file end in one user", async () => {
		const file = temporaryFile("users.db");
		db = createDatabase(file);
		const other = createDatabase(file);
		onTestFinished(() => {
			other.close();
		});
		const first = await signIn(acme(db));
		const second = await signIn(acme(other));
		const users = await Promise.all([
			first.createUser({ username: "ada" }),
			second.createUser({ username: "ada" }),
			first.createUser({ username: "ada" }),
		]);
		expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
		expect(rows()).toMatchObject({ users: [{ username: "ada" }], keys: [{ id: "acme:36" }] });
	});

	test("a race for a username that must be unique ends in one user", async () => {
		db.exec("CREATE UNIQUE INDEX usernames ON auth_user (username)");
		const sessions = await Promise.all([signIn(), signIn(), signIn()]);
		const users = await Promise.all(sessions.map(({ createUser }) => createUser({ username: "ada" })));
		expect(new Set(users.map(({ userId }) => userId)).size).toBe(1);
		expect(rows().users).toHaveLength(1);
	});

	test("createUser throws an error of the database as it is", async () => {
		db.exec("CREATE TRIGGER broken BEFORE INSERT ON auth_key BEGIN SELECT RAISE(ABORT, 'disk full'); END");
		const { createUser } = await signIn();
		await expect(createUser({ username: "ada" })).rejects.toThrow("disk full");
		expect(rows().keys).toEqual([]);
	});

	test("linkAccount links an account to the user who is signed in, and does nothing the second time", async () => {
		const auth = createLucia(db);
		const grace = await (await signIn()).createUser({ username: "grace" });
		server.on("/user", { ...ADA, id: 37 });
		await (await link()).linkAccount(grace.userId);
		await (await link()).linkAccount(grace.userId);
		expect((await signIn()).existingUser).toEqual(grace);
		expect(await auth.getAllUserKeys(grace.userId)).toHaveLength(2);
		expect(rows().users).toHaveLength(1);
	});

	test("two concurrent callbacks link an account once", async () => {
		const grace = await (await signIn()).createUser({ username: "grace" });
		server.on("/user", { ...ADA, id: 37 });
		const sessions = await Promise.all([link(), link()]);
		await Promise.all(sessions.map(({ linkAccount }) => linkAccount(grace.userId)));
		expect(rows().keys).toHaveLength(2);
	});

	test("linkAccount with another user's account fails with ACCOUNT_IN_USE, and changes nothing", async () => {
		const ada = await (await signIn()).createUser({ username: "ada" });
		server.on("/user", { ...ADA, id: 37 });
		const grace = await (await signIn()).createUser({ username: "grace" });
		const before = rows();
		const session = await link();
		expect(session.existingUser).toEqual(grace);
		const error = await failureOf(session.linkAccount(ada.userId), "ACCOUNT_IN_USE");
		expect(error).toMatchObject({ provider: "acme", step: "account" });
		expect(rows()).toEqual(before);
	});

	test("linkAccount with the user's own account does not fail with ACCOUNT_IN_USE during an outage", async () => {
		const ada = await (await signIn()).createUser({ username: "ada" });
		const session = await link();
		db.exec("CREATE TRIGGER broken BEFORE INSERT ON auth_key BEGIN SELECT RAISE(ABORT, 'disk full'); END");
		await session.linkAccount(ada.userId);
		db.exec("DROP TABLE auth_key");
		await expect(session.linkAccount(ada.userId)).rejects.toThrow("no such table");
	});

	test("linkAccount with an unknown user fails, but not with ACCOUNT_IN_USE", async () => {
		const { linkAccount } = await link();
		await expect(linkAccount("nobody")).rejects.not.toMatchObject({ code: "ACCOUNT_IN_USE" });
		expect(rows()).toEqual({ users: [], keys: [] });
	});

	test("a flow that began as a sign-in links nothing, and one that began as a link creates no user", async () => {
		const ada = await (await signIn()).createUser({ username: "ada" });
		server.on("/user", { ...ADA, id: 37 });
		await failureOf((await signIn()).linkAccount(ada.userId), "FLOW_MISMATCH");
		await failureOf((await link()).createUser({ username: "grace" }), "FLOW_MISMATCH");
		expect(rows()).toMatchObject({ users: [{ username: "ada" }], keys: [{ id: "acme:36" }] });
	});
});

test("createUser uses lucia-auth's own id generator, and puts it back afterwards", async () => {
	const auth = createLucia1(db);
	let next = 0;
	const generateUserId = async () => `user-${++next}`;
	Object.assign(auth, { generateUserId });
	const provider = defineAcme(server.url)(auth, CLIENT);
	const { createUser } = await provider.validateCallback("code-of-ada");
	const [first, second] = await Promise.all([
		createUser({ username: "ada" }),
		createUser({ username: "ada" }),
	]);
	expect(first).toEqual({ userId: "user-1", username: "ada" });
	expect(second).toEqual(first);
	expect(auth).toHaveProperty("generateUserId", generateUserId);
	expect(rows().users).toEqual([{ id: "user-1", username: "ada" }]);
});

test("createUser leaves a user alone whose id lucia-auth's generator returns a second time", async () => {
	const auth = createLucia1(db);
	db.exec("INSERT INTO auth_user VALUES ('user-1', 'grace')");
	Object.assign(auth, { generateUserId: async () => "user-1" });
	const { createUser } = await defineAcme(server.url)(auth, CLIENT).validateCallback("code-of-ada");
	await expect(createUser({ username: "ada" })).rejects.toThrow("AUTH_DUPLICATE_KEY_ID");
	expect(rows().users).toEqual([{ id: "user-1", username: "grace" }]);
});

test("createUser works with a frozen lucia-auth instance", async () => {
	const auth = Object.freeze(createLucia1(db));
	const { createUser } = await defineAcme(server.url)(auth, CLIENT).validateCallback("code-of-ada");
	expect(await createUser({ username: "ada" })).toMatchObject({ username: "ada" });
});
