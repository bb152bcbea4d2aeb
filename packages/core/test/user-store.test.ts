import type { Account, UserStore } from "@oauth/core";
import { beforeEach, describe, expect, test } from "vitest";
import { ADA, CLIENT, defineAcme, TOKEN_ANSWER } from "../../repo/src/acme.ts";
import { failureOf } from "../../repo/src/secrets.ts";
import { serve } from "../../repo/src/serve.ts";
import { callbackRequest } from "../../repo/src/sign-in.ts";

interface Person {
	id: number;
	name: string;
}

/** An app's own store, which takes a moment for everything, as a database does. */
class People implements UserStore<Person, { name: string }> {
	readonly people: Person[] = [];
	readonly accounts = new Map<string, number>();

	async getUser(account: Account) {
		await Promise.resolve();
		return this.people.find(({ id }) => id === this.accounts.get(keyOf(account))) ?? null;
	}
	async createUser(account: Account, { name }: { name: string }) {
		await Promise.resolve();
		if (this.accounts.has(keyOf(account))) throw new Error("UNIQUE constraint failed");
		const person = { id: this.people.length + 1, name };
		this.people.push(person);
		this.accounts.set(keyOf(account), person.id);
		return person;
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

let store: People;
let acme: () => ReturnType<ReturnType<typeof defineAcme>>;
let url: string;
beforeEach(async () => {
	store = new People();
	({ url } = await serve({ "/token": TOKEN_ANSWER, "/user": ADA }));
	acme = () => defineAcme(url)(CLIENT);
});

describe("an app's own three functions", () => {
	const provider = () => defineAcme(url)(store, CLIENT);

	test("find, make and link", async () => {
		const first = await provider().validateCallback("code-of-ada");
		expect(first.existingUser).toBeNull();
		expect(await first.createUser({ name: "Ada" })).toEqual({ id: 1, name: "Ada" });
		const second = await provider().validateCallback("code-of-ada");
		expect(second.existingUser).toEqual({ id: 1, name: "Ada" });
		await second.linkAccount("1");
		expect([...store.accounts]).toEqual([["acme 36", 1]]);
	});

	test("keep their `this`", async () => {
		const { createUser, linkAccount } = await provider().validateCallback("code-of-ada");
		await createUser({ name: "Ada" });
		await linkAccount("1");
		expect(store.people).toHaveLength(1);
	});

	test("that race end in the user that won", async () => {
		const sessions = await Promise.all([1, 2, 3].map(() => provider().validateCallback("code-of-ada")));
		const people = await Promise.all(sessions.map(({ createUser }) => createUser({ name: "Ada" })));
		expect(new Set(people).size).toBe(1);
		expect(store.people).toHaveLength(1);
	});

	test("that say undefined for nobody mean nobody", async () => {
		store.getUser = async () => undefined as never;
		expect((await provider().validateCallback("code-of-ada")).existingUser).toBeNull();
	});

	test("that refuse another's account end in ACCOUNT_IN_USE, with their reason", async () => {
		const session = await provider().validateCallback("code-of-ada");
		await session.createUser({ name: "Ada" });
		const error = await failureOf(session.linkAccount("2"), "ACCOUNT_IN_USE");
		expect(error.cause).toMatchObject({ message: "UNIQUE constraint failed" });
	});

	test("that fail, fail as they do", async () => {
		store.createUser = () => Promise.reject(new RangeError("disk full"));
		store.linkAccount = () => Promise.reject(new RangeError("disk full"));
		const { createUser, linkAccount } = await provider().validateCallback("code-of-ada");
		await expect(createUser({ name: "Ada" })).rejects.toThrow(RangeError);
		await expect(linkAccount("1")).rejects.toThrow(RangeError);
	});
});

test("without a store there is who signed in, and nothing about users", async () => {
	const provider = acme();
	const session = await provider.handleCallback(callbackRequest(await provider.startSignIn()));
	expect(Object.keys(session).sort()).toEqual([
		"cookie",
		"intent",
		"profile",
		"providerUser",
		"providerUserId",
		"tokens",
	]);
});
