import type { Account, AccountIdentity, UserStore } from "@oauth/core";
import { ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { failureOf } from "@oauth/test-kit/errors";
import { serve } from "@oauth/test-kit/loopback";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

interface Member {
	id: number;
	name: string;
}

/** An app's own store, which takes a moment for everything, as a database does. */
class Members implements UserStore<Member, { name: string }> {
	readonly members: Member[] = [];
	readonly accounts = new Map<string, number>();
	readonly asked: [Account, AccountIdentity][] = [];

	async getUser(account: Account, identity: AccountIdentity) {
		await Promise.resolve();
		this.asked.push([account, identity]);
		return this.members.find(({ id }) => id === this.accounts.get(keyOf(account))) ?? null;
	}
	async createUser(account: Account, { name }: { name: string }) {
		await Promise.resolve();
		if (this.accounts.has(keyOf(account))) throw new Error("UNIQUE constraint failed");
		const member = { id: this.members.length + 1, name };
		this.members.push(member);
		this.accounts.set(keyOf(account), member.id);
		return member;
	}
	async linkAccount(userId: string, account: Account) {
		await Promise.resolve();
		const owner = this.accounts.get(keyOf(account));
		if (owner !== undefined && owner !== Number(userId)) throw new Error("UNIQUE constraint failed");
		this.accounts.set(keyOf(account), Number(userId));
	}
}

function keyOf({ providerId, providerUserId }: Account): string {
	return `${providerId} ${providerUserId}`;
}

const fail = (message: string) => () => Promise.reject(new RangeError(message));

let store: Members;
let url: string;
beforeEach(async () => {
	store = new Members();
	({ url } = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA }));
});

/** Signs in as an app does that has compared `state` itself. */
function signIn() {
	return defineAcme(url)(store, CLIENT).validateCallback("code-of-ada");
}

describe("an app's own store", () => {
	test("an app's own store finds, creates and links by its three functions", async () => {
		const first = await signIn();
		expect(first.existingUser).toBeNull();
		expect(await first.createUser({ name: "Ada" })).toEqual({ id: 1, name: "Ada" });
		const second = await signIn();
		expect(second.existingUser).toEqual({ id: 1, name: "Ada" });
		await second.linkAccount("1");
		expect([...store.accounts]).toEqual([["acme 36", 1]]);
	});

	test("the store's getUser is given the provider's user and the profile, to find users stored under another id", async () => {
		await signIn();
		expect(store.asked).toMatchObject([
			[
				{ providerId: "acme", providerUserId: "36" },
				{ providerUser: ADA, profile: { id: "36", username: "ada", email: "ada@example.com" } },
			],
		]);
		// After a race it is called again, with the same arguments.
		const session = await signIn();
		store.createUser = fail("UNIQUE constraint failed");
		await session.createUser({ name: "Ada" }).catch(() => {});
		expect(store.asked).toHaveLength(3);
		expect(store.asked[2]).toEqual(store.asked[1]);
	});

	test("the store's functions keep their `this`", async () => {
		const { createUser, linkAccount } = await signIn();
		await createUser({ name: "Ada" });
		await linkAccount("1");
		expect(store.members).toHaveLength(1);
	});

	test("a race for a new account ends in one user", async () => {
		const sessions = await Promise.all([signIn(), signIn(), signIn()]);
		const members = await Promise.all(sessions.map(({ createUser }) => createUser({ name: "Ada" })));
		expect(new Set(members).size).toBe(1);
		expect(store.members).toHaveLength(1);
	});

	test("undefined from the store's getUser means that there is no user", async () => {
		store.getUser = async () => undefined as never;
		expect((await signIn()).existingUser).toBeNull();
	});

	test("linkAccount with another user's account fails with ACCOUNT_IN_USE, with the store's error as the cause", async () => {
		const session = await signIn();
		await session.createUser({ name: "Ada" });
		const error = await failureOf(session.linkAccount("2"), "ACCOUNT_IN_USE");
		expect(error).toMatchObject({ step: "account", cause: { message: "UNIQUE constraint failed" } });
	});

	test("an error of the store is thrown as it is", async () => {
		store.createUser = fail("disk full");
		store.linkAccount = fail("disk full");
		const { createUser, linkAccount } = await signIn();
		await expect(createUser({ name: "Ada" })).rejects.toThrow(RangeError);
		await expect(linkAccount("1")).rejects.toThrow(RangeError);
		store.getUser = fail("no connection");
		await expect(signIn()).rejects.toThrow(RangeError);
	});

	test.each([
		["fails", fail("getUser: no connection")],
		[
			"throws at once",
			() => {
				throw new Error("getUser: no connection");
			},
		],
	])(
		"the error of createUser or linkAccount is the one that is thrown when getUser %s afterwards",
		async (_, getUser) => {
			const { createUser, linkAccount } = await signIn();
			store.createUser = fail("createUser: no connection");
			store.linkAccount = fail("linkAccount: no connection");
			store.getUser = getUser;
			await expect(createUser({ name: "Ada" })).rejects.toThrow("createUser: no connection");
			await expect(linkAccount("1")).rejects.toThrow("linkAccount: no connection");
		},
	);
});

describe("linkAccount while the database is down", () => {
	test.each([
		["a number in its id", { id: 1, name: "Ada" }, "1"],
		["text for an id", { id: "u-1" }, "u-1"],
		["Lucia's userId", { userId: "u-1" }, "u-1"],
		["an id of its own choice", { _id: "u-1", deletedAt: null, flags: Object.create(null) }, "u-1"],
	])(
		"linkAccount with the user's own account throws the store's error, not ACCOUNT_IN_USE, for a user with %s",
		async (_, owner, userId) => {
			store.getUser = async () => owner as never;
			const session = await signIn();
			store.linkAccount = fail("connection terminated");
			await expect(session.linkAccount(userId)).rejects.toThrow(RangeError);
			const error = await failureOf(session.linkAccount("another"), "ACCOUNT_IN_USE");
			expect(error.message).toContain("the account belongs to another user");
		},
	);
});

test("a session without a store says who signed in, and nothing about the app's users", async () => {
	const provider = defineAcme(url)(CLIENT);
	const session = await provider.handleCallback(callbackRequest(await provider.startSignIn(loginRequest())));
	expect(Object.keys(session).sort()).toEqual([
		"cookie",
		"failedRequests",
		"intent",
		"profile",
		"providerId",
		"providerUser",
		"providerUserId",
		"requestedScope",
		"tokens",
	]);
	expect(session.providerId).toBe("acme");
});

test("requestedScope has the scopes of the provider, of the config and of the sign-in, each once", async () => {
	const provider = defineAcme(url)({ ...CLIENT, scope: ["calendar"] });
	const requested = async (scope?: string[]) => {
		const signIn = await provider.startSignIn(loginRequest(), { scope });
		return (await provider.handleCallback(callbackRequest(signIn))).requestedScope;
	};
	expect(await requested()).toEqual(["profile", "calendar"]);
	expect(await requested([])).toEqual(["profile", "calendar"]);
	expect(await requested(["files", "calendar", "contacts"])).toEqual([
		"profile",
		"calendar",
		"files",
		"contacts",
	]);
});
