import type { Tokens } from "@oauth/core";
import { failureOf } from "@oauth/test-kit/errors";
import type { GrantStore } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createGate, createWorld, HOUR, newKey, until } from "./world.ts";

afterEach(() => {
	vi.useRealTimers();
});

/** Counts the calls of a store's methods. */
function counted(store: GrantStore) {
	const calls: string[] = [];
	const spied = Object.fromEntries(
		Object.entries(store).map(([name, method]) => [
			name,
			(...args: unknown[]) => {
				calls.push(name);
				return (method as (...args: unknown[]) => unknown)(...args);
			},
		]),
	) as unknown as GrantStore;
	return { calls, store: spied };
}

describe("get", () => {
	test("returns what was saved, with dates as dates, in one read of the store and without a request", async () => {
		const { calls, store } = counted(memoryStore());
		const { vault, provider } = await createWorld({ store });
		const tokens: Tokens = {
			accessToken: "the access token",
			tokenType: "Bearer",
			refreshToken: "the refresh token",
			expiresAt: new Date(Date.now() + HOUR),
			refreshTokenExpiresAt: new Date("2027-05-06T07:08:09Z"),
			scope: ["read", "write"],
			idToken: "the ID token",
			raw: { access_token: "the access token", team: { id: "T1" } },
		};
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		calls.length = 0;
		const { expiresAt, ...got } = await vault.get("ada", "acme");
		const { expiresAt: expected, ...rest } = tokens;
		expect(got).toEqual(rest);
		expect(Math.abs(Number(expiresAt) - Number(expected))).toBeLessThan(60_000);
		expect(calls).toEqual(["get"]);
		expect(provider.sent.size).toBe(0);
	});

	test("returns a token that does not expire, without an expiry, however old it is", async () => {
		const { vault, provider } = await createWorld();
		const { expiresAt, ...tokens } = provider.signIn("ada");
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1000 * HOUR });
		expect(await vault.get("ada", "acme")).toEqual(tokens);
		expect(provider.sent.size).toBe(0);
	});

	test.each([
		["an hour", HOUR, 61_000, 0],
		["an hour", HOUR, 59_000, 1],
		["two seconds", 2_000, 201, 0],
		["two seconds", 2_000, 199, 1],
	])(
		"returns an access token of %s (%i ms) with at least a minute or a tenth of that left: at %i ms there are at most %i refreshes",
		async (_, lifetime, left, refreshes) => {
			const { vault, provider, connect, store } = await createWorld({ lifetime });
			await connect("ada", { left: lifetime });
			const grant = await store.get({ userId: "ada", providerId: "acme" });
			// The revision decides when within the window: this is the end of it.
			await store.commit({ userId: "ada", providerId: "acme" }, `${grant?.revision}`, {
				sealed: `${grant?.sealed}`,
				revision: "00000000-last-of-all",
				expiresIn: left,
			});
			vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
			await vault.get("ada", "acme");
			expect(provider.refreshes).toBe(refreshes);
		},
	);

	test("refreshes tokens that were issued together at different times before their end", async () => {
		const { vault, provider, connect } = await createWorld();
		const users = Array.from({ length: 60 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user, { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR - 110_000 });
		for (const user of users) await vault.get(user, "acme");
		expect(provider.refreshes).toBeGreaterThan(0);
		expect(provider.refreshes).toBeLessThan(60);
		vi.setSystemTime(Date.now() + 51_000);
		for (const user of users) await vault.get(user, "acme");
		expect(provider.refreshes).toBe(60);
	});

	test("says GRANT_MISSING for a user who has not connected the provider", async () => {
		const { vault } = await createWorld();
		const error = await failureOf(vault.get("ada", "acme"), "GRANT_MISSING");
		expect(error.message).toBe(
			"acme: GRANT_MISSING (grant): the user has not connected this provider. Ask the user to connect it.",
		);
	});

	test("throws an error of the store as it is", async () => {
		const broken = new Error("the database is down");
		const store = { ...memoryStore(), get: () => Promise.reject(broken) };
		const { vault } = await createWorld({ store });
		await expect(vault.get("ada", "acme")).rejects.toBe(broken);
	});

	test("throws an error of the store as it is when no lease can be taken, but returns an access token that is valid", async () => {
		const broken = new Error("the database is down");
		const store = { ...memoryStore(), acquire: () => Promise.reject(broken) };
		const { vault, provider, connect } = await createWorld({ store });
		await connect("ada", { left: 0 });
		await expect(vault.get("ada", "acme")).rejects.toBe(broken);
		const { accessToken } = await connect("eve", { left: 20_000 });
		// Of its hour, a few seconds are left.
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 19_000 });
		expect(await vault.get("eve", "acme")).toMatchObject({ accessToken });
		expect(provider.sent.size).toBe(0);
	});

	test("says INVALID_GRANT when the access token has expired and there is no refresh token", async () => {
		const { vault, provider } = await createWorld();
		const { refreshToken, ...tokens } = provider.signIn("ada");
		const expiresAt = new Date(Date.now() + 10_000);
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens: { ...tokens, expiresAt } });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 9_900 });
		expect(await vault.get("ada", "acme")).toMatchObject({ accessToken: tokens.accessToken });
		vi.setSystemTime(Date.now() + 200);
		const error = await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		expect(error.message).toContain(
			"the access token has expired, and there is no refresh token. Ask the user",
		);
	});
});

describe("a refresh", () => {
	test("is one request for all callers of a process and of others, and all get the new access token", async () => {
		const { vault, open, provider, connect } = await createWorld();
		await connect("ada");
		const vaults = [vault, open(), open(), open()];
		const calls = vaults.flatMap((each) => Array.from({ length: 25 }, () => each.get("ada", "acme")));
		const all = await Promise.all(calls);
		expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1);
		expect([provider.refreshes, provider.repeats, provider.ended]).toEqual([1, 0, []]);
	});

	test("is in the store before anybody gets the new access token", async () => {
		const inner = memoryStore();
		const gate = createGate();
		const store: GrantStore = {
			...inner,
			async commit(...args) {
				await gate.opened;
				return inner.commit(...args);
			},
		};
		const { vault, provider, connect } = await createWorld({ store });
		await connect("ada");
		let isDone = false;
		const call = vault.get("ada", "acme").finally(() => {
			isDone = true;
		});
		await until(() => provider.refreshes === 1);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(isDone).toBe(false);
		gate.open();
		await call;
	});

	test("keeps what the response leaves out, and replaces what it brings", async () => {
		const { vault, provider, setMood } = await createWorld();
		const before: Tokens = {
			accessToken: "access-1",
			tokenType: "Bearer",
			refreshToken: "refresh-1",
			expiresAt: new Date(Date.now()),
			refreshTokenExpiresAt: new Date("2027-05-06T07:08:09Z"),
			scope: ["read", "write"],
			idToken: "id-1",
			raw: { access_token: "access-1", team: "T1" },
		};
		const save = (tokens = before) => vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		const refreshed = async (answer: object) => {
			await save();
			setMood({ status: 200, answer });
			return vault.get("ada", "acme");
		};
		const bare = await refreshed({ access_token: "access-2" });
		expect(bare).toMatchObject({
			accessToken: "access-2",
			refreshToken: "refresh-1",
			refreshTokenExpiresAt: before.refreshTokenExpiresAt,
			scope: ["read", "write"],
			idToken: "id-1",
			raw: { access_token: "access-2", team: "T1" },
		});
		const full = await refreshed({
			access_token: "access-3",
			refresh_token: "refresh-3",
			scope: "read",
			expires_in: 7200,
		});
		expect(full).toMatchObject({ accessToken: "access-3", refreshToken: "refresh-3", scope: ["read"] });
		expect(full).not.toHaveProperty("refreshTokenExpiresAt");
		expect(Number(full.expiresAt) - Date.now()).toBeGreaterThan(7_000_000);
		expect(await vault.list("ada")).toMatchObject([{ scope: ["read"] }]);
		expect(provider.sent.get("refresh-1")).toBe(2);
	});

	test.each([
		["as text", "7200", 7_200_000],
		["0", 0, undefined],
		["absent", undefined, undefined],
		["negative", -5, undefined],
		["a fraction", 7199.9999, 7_199_999],
		["huge", 9e10, 9e13],
	])("with an expires_in that is %s gives an access token that can be used", async (_, expires_in, life) => {
		const { vault, setMood, connect } = await createWorld();
		await connect("ada", { left: 10 * 60_000 });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * 60_000 });
		setMood({ status: 200, answer: { access_token: "access-2", refresh_token: "refresh-2", expires_in } });
		const { accessToken, expiresAt } = await vault.get("ada", "acme");
		expect(accessToken).toBe("access-2");
		// One that is unknown is taken to be that of the token before.
		const expected = life ?? 10 * 60_000;
		expect(Math.abs(Number(expiresAt) - Date.now() - expected)).toBeLessThan(60_000);
	});

	test("that brings an access token without any life is asked for twice at most", async () => {
		const { vault, connect, provider, setMood } = await createWorld();
		await connect("ada");
		setMood({ status: 200, answer: { access_token: "access-2", expires_in: 1e-9 } });
		expect(await vault.get("ada", "acme")).toMatchObject({ accessToken: "access-2" });
		expect([...provider.sent.values()][0]).toBeLessThanOrEqual(2);
	});

	test("ends the grant for good when the provider says so: it is asked once, until the user signs in again", async () => {
		const { vault, open, provider, connect, setMood } = await createWorld();
		await connect("ada");
		setMood({ status: 400, answer: { error: "invalid_grant", error_description: "Token was revoked" } });
		const errors = await Promise.all(
			[vault, open(), vault, open()].map((each) => failureOf(each.get("ada", "acme"), "INVALID_GRANT")),
		);
		for (const { message } of errors)
			expect(message).toBe(
				"acme: INVALID_GRANT (refresh): status 400, invalid_grant, Token was revoked. Ask the user to sign in again.",
			);
		await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		expect([...provider.sent.values()]).toEqual([1]);
		expect(await vault.list("ada")).toMatchObject([
			{
				providerId: "acme",
				providerUserId: "id-of-ada",
				isDead: true,
				problem: expect.stringContaining("revoked"),
			},
		]);
		setMood("ok");
		const { accessToken } = await connect("ada", { left: HOUR });
		expect(await vault.get("ada", "acme")).toMatchObject({ accessToken });
		expect(await vault.list("ada")).toMatchObject([{ isDead: false, problem: undefined }]);
	});

	test("at a provider whose refresh ends the old access token is waited for also by those who have a valid one", async () => {
		const { vault, open, connect, setMood, provider } = await createWorld({
			tokenPolicy: { endsAccessToken: true },
		});
		const { accessToken } = await connect("ada", { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR - 60_500 });
		setMood("held");
		const first = vault.get("ada", "acme");
		await until(() => provider.held === 1);
		const second = open().get("ada", "acme");
		provider.respond();
		const [one, two] = await Promise.all([first, second]);
		expect(one.accessToken).not.toBe(accessToken);
		expect(two.accessToken).toBe(one.accessToken);
	});

	test("is not waited for by those who have a valid access token, where it stays valid", async () => {
		const { vault, open, connect, setMood, provider } = await createWorld();
		const { accessToken } = await connect("ada", { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR - 60_500 });
		setMood("held");
		const first = vault.get("ada", "acme");
		await until(() => provider.held === 1);
		expect(await open().get("ada", "acme")).toMatchObject({ accessToken });
		provider.respond();
		expect((await first).accessToken).not.toBe(accessToken);
	});

	test("that another had sent before, at a provider that then leaves out the refresh token, keeps the place for the other's response", async () => {
		const { vault, open, provider, connect, setMood, store } = await createWorld({
			tokenPolicy: { rotation: "always", leeway: 60 },
		});
		await connect("ada");
		setMood("held");
		const slow = open({ lease: 200 }).get("ada", "acme");
		await until(() => provider.held === 1);
		// Its lease ends, and another sends the same refresh token.
		setMood({ status: 200, answer: { access_token: "of the repetition", expires_in: 3600 } });
		const quick = await vault.get("ada", "acme");
		expect(quick.accessToken).toBe("of the repetition");
		provider.respond();
		await until(async () => (await store.get({ userId: "ada", providerId: "acme" }))?.fence === 0);
		const { accessToken, refreshToken } = await vault.get("ada", "acme");
		expect(accessToken).not.toBe("of the repetition");
		expect(refreshToken).not.toBe(quick.refreshToken);
		await slow;
		setMood("ok");
		const again = await vault.get("ada", "acme", { rejectedAccessToken: quick.accessToken });
		expect(again).toMatchObject({ accessToken, refreshToken });
		expect(provider.ended).toEqual([]);
	});
});

describe("an outage", () => {
	test.each([
		["500", { status: 500 }],
		["429", { status: 429 }],
		["503 in the words of a dead grant", { status: 503, answer: { error: "invalid_grant" } }],
		["HTML", { status: 502, answer: "<h1>Bad gateway</h1>" }],
	])(
		"(%s) gives the old access token while it is valid, then FAILED_REQUEST, and asks the provider once a pause",
		async (_, mood) => {
			const { vault, provider, connect, setMood } = await createWorld();
			const { accessToken } = await connect("ada", { left: HOUR });
			vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR - 500 });
			setMood(mood);
			for (const _ of [1, 2, 3]) expect(await vault.get("ada", "acme")).toMatchObject({ accessToken });
			expect([...provider.sent.values()]).toEqual([1]);
			vi.setSystemTime(Date.now() + 600);
			const error = await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "refresh", retryAfter: 1 });
			expect(error.message).toContain(`status ${mood.status}`);
			expect([...provider.sent.values()]).toEqual([1]);
			setMood("ok");
			vi.setSystemTime(Date.now() + 1_000);
			expect((await vault.get("ada", "acme")).accessToken).not.toBe(accessToken);
			expect(await vault.list("ada")).toMatchObject([{ isDead: false, problem: undefined }]);
		},
	);

	test("pauses longer each time: 1 s, 2 s, 5 s, 30 s, then 5 minutes", async () => {
		const { vault, provider, connect, setMood } = await createWorld();
		const { refreshToken } = await connect("ada", { left: 0 });
		vi.useFakeTimers({ toFake: ["Date"] });
		setMood({ status: 500 });
		for (const [index, seconds] of [1, 2, 5, 30, 300, 300].entries()) {
			await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
			expect(await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST")).toMatchObject({
				retryAfter: seconds,
			});
			expect(provider.sent.get(`${refreshToken}`)).toBe(index + 1);
			vi.setSystemTime(Date.now() + seconds * 1000);
		}
	});

	test.each([
		["57", 57],
		["86400", 3600],
	])("with Retry-After: %s pauses for %i seconds", async (header, seconds) => {
		const { vault, connect, setMood, provider } = await createWorld();
		await connect("ada", { left: 0 });
		vi.useFakeTimers({ toFake: ["Date"] });
		setMood({ status: 429, headers: { "retry-after": header } });
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		expect(await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST")).toMatchObject({
			retryAfter: seconds,
		});
		expect([...provider.sent.values()]).toEqual([1]);
	});

	test("that may have used the refresh token up is named when the provider then refuses it", async () => {
		const { vault, connect, setMood, provider } = await createWorld();
		await connect("ada", { left: 0 });
		vi.useFakeTimers({ toFake: ["Date"] });
		setMood("broken");
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		vi.setSystemTime(Date.now() + 1_000);
		setMood("ok");
		const { message } = await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		expect(message).toContain("an earlier refresh that had no response may have used it up");
		expect(provider.ended).toEqual(["ada"]);
	});

	test("after which the lost response can be had again heals by itself", async () => {
		const { vault, connect, setMood, provider } = await createWorld({
			leeway: 60_000,
			tokenPolicy: { leeway: 60 },
		});
		await connect("ada", { left: 0 });
		setMood("broken");
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 1_000 });
		setMood("ok");
		expect(await vault.get("ada", "acme")).toMatchObject({ tokenType: "Bearer" });
		expect([provider.refreshes, provider.ended]).toEqual([1, []]);
	});

	test.each([
		["invalid_client", { status: 401, answer: { error: "invalid_client" } }],
		["invalid_scope", { status: 400, answer: { error: "invalid_scope" } }],
	])("of the app's own making (%s) does not end the grant", async (words, mood) => {
		const { vault, connect, setMood } = await createWorld();
		await connect("ada", { left: 0 });
		setMood(mood);
		expect((await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST")).providerError).toBe(words);
		expect(await vault.list("ada")).toMatchObject([{ isDead: false }]);
	});
});

describe("a response that is late", () => {
	const timeout = 100;

	test("lets the caller go, is written when it comes, and is there for the next", async () => {
		const { open, connect, setMood, provider, store } = await createWorld();
		const vault = open({ timeout });
		const { refreshToken } = await connect("ada", { left: 0 });
		setMood("held");
		const error = await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		expect(error.message).toContain("Try again later");
		expect(error.retryAfter).toBeGreaterThan(0);
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		provider.respond();
		await until(async () => ((await store.get({ userId: "ada", providerId: "acme" }))?.expiresIn ?? 0) > 0);
		await vault.get("ada", "acme");
		expect(provider.sent.get(`${refreshToken}`)).toBe(1);
	});

	test("is written even when the lease is over and another process has it", async () => {
		const { open, connect, setMood, provider } = await createWorld();
		await connect("ada", { left: 0 });
		const users = [open({ lease: 150, timeout: 10_000 }), open({ lease: 150, timeout })];
		setMood("held");
		const first = users[0]?.get("ada", "acme");
		await until(() => provider.held === 1);
		// The other one sends the same token, which is lost: the provider is silent.
		setMood("silent");
		await until(async () => {
			await failureOf(users[1]?.get("ada", "acme") as Promise<unknown>, "FAILED_REQUEST");
			return [...provider.sent.values()][0] === 2;
		});
		provider.respond();
		expect(await first).toMatchObject({ tokenType: "Bearer" });
	});

	test("is thrown away after a new sign-in, and its tokens are not revoked, because that could end the new grant", async () => {
		const { vault, connect, setMood, provider } = await createWorld();
		await connect("ada", { left: 0 });
		setMood("held");
		const call = vault.get("ada", "acme");
		await until(() => provider.held === 1);
		const { accessToken } = await connect("ada", { left: HOUR });
		provider.respond();
		expect(await call).toMatchObject({ accessToken });
		expect(provider.revoked).toEqual([]);
	});

	test("brings nothing back after a disconnect: its tokens are revoked", async () => {
		const { vault, connect, setMood, provider } = await createWorld();
		const { refreshToken } = await connect("ada", { left: 0 });
		setMood("held");
		const call = failureOf(vault.get("ada", "acme"), "GRANT_MISSING");
		await until(() => provider.held === 1);
		expect(await vault.disconnect("ada", "acme")).toEqual({ isRevoked: true });
		provider.respond();
		await call;
		expect(provider.revoked).toHaveLength(2);
		expect(provider.revoked[0]).toBe(refreshToken);
		expect(await vault.list("ada")).toEqual([]);
	});

	test("that says that the grant is dead does not count when another process has the lease", async () => {
		const { open, connect, provider, store } = await createWorld();
		await connect("ada", { left: 0 });
		const moods = ["late", "ok"];
		const gate = createGate();
		// The first one's verdict comes after the second one has begun.
		const slow: GrantStore = {
			...store,
			async release(...args) {
				await gate.opened;
				return store.release(...args);
			},
		};
		provider.mood = () =>
			moods.shift() === "late" ? { status: 400, answer: { error: "invalid_grant" } } : "ok";
		const first = open({ store: slow, lease: 100 })
			.get("ada", "acme")
			.catch((error) => error);
		await until(() => provider.sent.size === 1);
		const second = await open({ lease: 20_000, timeout: 10_000 }).get("ada", "acme");
		gate.open();
		expect(await first).toEqual({ ...second, expiresAt: expect.any(Date) });
		expect(await store.get({ userId: "ada", providerId: "acme" })).toMatchObject({ dead: false });
	});
});

describe("a process that stood still", () => {
	test("after it took the lease sends nothing until it has taken it anew", async () => {
		const inner = memoryStore();
		const steps: string[] = [];
		const store: GrantStore = {
			...inner,
			async acquire(...args) {
				const fence = await inner.acquire(...args);
				steps.push(`acquire ${fence}, ${provider.sent.size} sent`);
				// Its machine sleeps once, and its clock goes on.
				if (fence === 1) vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 6_000 });
				return fence;
			},
			async release(...args) {
				steps.push("release");
				return inner.release(...args);
			},
		};
		const { vault, connect, provider } = await createWorld({ store });
		await connect("ada", { left: 0 });
		await vault.get("ada", "acme");
		expect(steps).toEqual(["acquire 1, 0 sent", "release", "acquire 2, 0 sent"]);
		expect([...provider.sent.values()]).toEqual([1]);
	});
});

describe("a store that fails when the new tokens are there", () => {
	test("is asked again until it responds, and the caller gets the tokens that it then has", async () => {
		const inner = memoryStore();
		let failures = 3;
		const store: GrantStore = {
			...inner,
			async commit(...args) {
				if (failures-- > 0) throw new Error("connection terminated unexpectedly");
				return inner.commit(...args);
			},
		};
		const { vault, connect, provider } = await createWorld({ store });
		await connect("ada", { left: 0 });
		const { accessToken } = await vault.get("ada", "acme");
		expect(failures).toBe(-1);
		expect(await vault.get("ada", "acme")).toMatchObject({ accessToken });
		expect([...provider.sent.values()]).toEqual([1]);
	});

	test("after it has written them is recognized: the tokens are not taken for another's", async () => {
		const inner = memoryStore();
		let isFirst = true;
		const store: GrantStore = {
			...inner,
			async commit(...args) {
				const isWritten = await inner.commit(...args);
				if (isFirst) {
					isFirst = false;
					throw new Error("connection terminated unexpectedly");
				}
				return isWritten;
			},
		};
		const { vault, connect, provider } = await createWorld({ store });
		await connect("ada", { left: 0 });
		await vault.get("ada", "acme");
		expect(isFirst).toBe(false);
		expect([provider.revoked, [...provider.sent.values()]]).toEqual([[], [1]]);
	});
});

describe("an access token that the API refused", () => {
	test("is refreshed, unless the store has another one already", async () => {
		const { vault, open, connect, provider } = await createWorld();
		const { accessToken } = await connect("ada", { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
		const options = { rejectedAccessToken: accessToken };
		const calls = [vault, open()].flatMap((each) => [1, 2, 3].map(() => each.get("ada", "acme", options)));
		const all = await Promise.all(calls);
		expect(new Set(all.map((tokens) => tokens.accessToken)).size).toBe(1);
		expect(all[0]?.accessToken).not.toBe(accessToken);
		await vault.get("ada", "acme", options);
		expect(provider.refreshes).toBe(1);
	});

	test("is not refreshed when it was issued just now: another one would be refused too", async () => {
		const { vault, connect, provider } = await createWorld();
		const { accessToken } = await connect("ada", { left: HOUR });
		const error = await failureOf(
			vault.get("ada", "acme", { rejectedAccessToken: accessToken }),
			"FAILED_REQUEST",
		);
		expect(error).toMatchObject({ step: "api" });
		expect(error.message).toContain("issued just now. Developer: check the scopes");
		expect(provider.sent.size).toBe(0);
	});

	test("says INVALID_GRANT where there is no refresh token", async () => {
		const { vault, provider } = await createWorld();
		const { refreshToken, expiresAt, ...tokens } = provider.signIn("ada");
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		const error = await failureOf(
			vault.get("ada", "acme", { rejectedAccessToken: tokens.accessToken }),
			"INVALID_GRANT",
		);
		expect(error.message).toContain("the access token was refused, and there is no refresh token");
	});

	test("is not given in an outage", async () => {
		const { vault, connect, setMood } = await createWorld();
		const { accessToken } = await connect("ada", { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 120_000 });
		setMood({ status: 500 });
		for (const _ of [1, 2])
			await failureOf(vault.get("ada", "acme", { rejectedAccessToken: accessToken }), "FAILED_REQUEST");
	});
});

describe("save", () => {
	test("replaces the tokens of another account at the same provider", async () => {
		const { vault, provider, connect } = await createWorld();
		await connect("ada", { left: HOUR });
		const { refreshToken, ...tokens } = provider.signIn("other");
		await vault.save("ada", { providerId: "acme", providerUserId: "other", tokens });
		const got = await vault.get("ada", "acme");
		expect(got).toMatchObject({ accessToken: tokens.accessToken });
		expect(got).not.toHaveProperty("refreshToken");
		expect(await vault.list("ada")).toMatchObject([{ providerUserId: "other" }]);
	});

	test("keeps the refresh token where a sign-in with the same account brings none", async () => {
		const { vault, provider, connect } = await createWorld();
		const before = await connect("ada", { left: HOUR });
		const { refreshToken, ...tokens } = provider.signIn("ada");
		await vault.save("ada", { providerId: "acme", providerUserId: "id-of-ada", tokens });
		expect(await vault.get("ada", "acme")).toMatchObject({
			accessToken: tokens.accessToken,
			refreshToken: before.refreshToken,
		});
	});

	test("does not keep the refresh token of a dead grant", async () => {
		const { vault, provider, connect, setMood } = await createWorld();
		await connect("ada", { left: 0 });
		setMood({ status: 400, answer: { error: "invalid_grant" } });
		await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		const { refreshToken, ...tokens } = provider.signIn("ada");
		await vault.save("ada", { providerId: "acme", providerUserId: "id-of-ada", tokens });
		expect(await vault.get("ada", "acme")).not.toHaveProperty("refreshToken");
	});

	test("takes the scopes that were asked for, where the provider does not say which were granted", async () => {
		const { vault, provider } = await createWorld();
		const session = {
			providerId: "acme",
			providerUserId: "36",
			tokens: provider.signIn("ada"),
			requestedScope: ["read", "write"],
		};
		await vault.save("ada", session);
		expect(await vault.list("ada")).toMatchObject([{ scope: ["read", "write"] }]);
		await vault.save("ada", { ...session, tokens: { ...session.tokens, scope: ["read"] } });
		expect(await vault.list("ada")).toMatchObject([{ scope: ["read"] }]);
	});
});

describe("scopes", () => {
	test("hasScopes tells whether all are granted", async () => {
		const { vault, provider } = await createWorld();
		const tokens = { ...provider.signIn("ada"), scope: ["read", "write"] };
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		const has = (...scope: string[]) => vault.hasScopes("ada", "acme", scope);
		expect(await Promise.all([has("read"), has("write", "read"), has("read", "admin"), has()])).toEqual([
			true,
			true,
			false,
			true,
		]);
	});

	test("hasScopes says no where the provider is not connected or the scopes are not known", async () => {
		const { vault, connect } = await createWorld();
		expect(await vault.hasScopes("ada", "acme", ["read"])).toBe(false);
		expect(await vault.hasScopes("ada", "acme", [])).toBe(false);
		await connect("ada");
		expect(await vault.hasScopes("ada", "acme", ["read"])).toBe(false);
	});

	test("withGrantedScopes joins those that are granted with others, each once", async () => {
		const { vault, provider } = await createWorld();
		expect(await vault.withGrantedScopes("ada", "acme", ["write"])).toEqual(["write"]);
		const tokens = { ...provider.signIn("ada"), scope: ["read", "write"] };
		await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
		expect(await vault.withGrantedScopes("ada", "acme", ["write", "admin"])).toEqual([
			"read",
			"write",
			"admin",
		]);
	});
});

describe("disconnect", () => {
	test("revokes the refresh token and forgets the grant", async () => {
		const { vault, connect, provider } = await createWorld();
		const { refreshToken } = await connect("ada", { left: HOUR });
		expect(await vault.disconnect("ada", "acme")).toEqual({ isRevoked: true });
		expect(provider.revoked).toEqual([refreshToken]);
		await failureOf(vault.get("ada", "acme"), "GRANT_MISSING");
		expect(await vault.list("ada")).toEqual([]);
	});

	test("revokes an access token that is valid, at a provider that takes no other", async () => {
		const { vault, connect, provider } = await createWorld({
			tokenPolicy: { revocableToken: "access_token" },
		});
		const { accessToken } = await connect("ada", { left: 0 });
		expect(await vault.disconnect("ada", "acme")).toEqual({ isRevoked: true });
		expect(provider.refreshes).toBe(1);
		expect(provider.revoked).toEqual([expect.stringMatching(/^access-/)]);
		expect(provider.revoked).not.toEqual([accessToken]);
	});

	test("forgets the grant also where the provider fails, and says so", async () => {
		const { acme, open, connect } = await createWorld();
		const failing = { ...acme, revokeToken: (token: string) => acme.revokeToken(`${token}\n`) };
		const vault = open({ providers: [failing] });
		await connect("ada", { left: HOUR });
		expect((await vault.disconnect("ada", "acme")).isRevoked).toBe(true);
		const gone = open({ providers: [] });
		await connect("ada", { left: HOUR });
		const { isRevoked, error } = await gone.disconnect("ada", "acme");
		expect([isRevoked, error?.code]).toEqual([false, "INVALID_CONFIG"]);
		expect(await vault.list("ada")).toEqual([]);
	});

	test("says GRANT_MISSING where there was nothing", async () => {
		const { vault } = await createWorld();
		expect(await vault.disconnect("ada", "acme")).toMatchObject({
			isRevoked: false,
			error: { code: "GRANT_MISSING" },
		});
	});

	test("forgets a grant that no key can read, and says so", async () => {
		const { open, connect, vault } = await createWorld();
		await connect("ada");
		expect(await open({ keys: [newKey()] }).disconnect("ada", "acme")).toMatchObject({
			isRevoked: false,
			error: { code: "GRANT_UNREADABLE" },
		});
		expect(await vault.list("ada")).toEqual([]);
	});
});

describe("providers", () => {
	test("can be a function of the account", async () => {
		const { open, acme, connect } = await createWorld();
		const asked: unknown[] = [];
		const vault = open({
			async providers(account) {
				asked.push(account);
				return acme;
			},
		});
		await connect("ada", { left: 0 });
		await vault.get("ada", "acme");
		expect(asked).toEqual([expect.objectContaining({ providerId: "acme", providerUserId: "id-of-ada" })]);
	});

	test("without the one that a refresh needs are INVALID_CONFIG, and the message says which", async () => {
		const { open, connect } = await createWorld();
		await connect("ada", { left: 0 });
		for (const providers of [[], () => undefined as never]) {
			const error = await failureOf(open({ providers }).get("ada", "acme"), "INVALID_CONFIG");
			expect(error.message).toContain(`"providers" has no provider with the id acme. Developer:`);
		}
	});
});

describe("the end of a process", () => {
	test("close waits for a refresh under way, and begins no other", async () => {
		const { vault, connect, setMood, provider } = await createWorld();
		await connect("ada", { left: 0 });
		await connect("eve", { left: 0 });
		setMood("held");
		const call = vault.get("ada", "acme");
		await until(() => provider.held === 1);
		let isClosed = false;
		const closing = vault.close().then(() => {
			isClosed = true;
		});
		const error = await failureOf(vault.get("eve", "acme"), "FAILED_REQUEST");
		expect(error.message).toContain("the vault is closed");
		expect(isClosed).toBe(false);
		provider.respond();
		await Promise.all([closing, call]);
		expect(provider.refreshes).toBe(1);
	});

	test("waitUntil is given each refresh until it is in the store", async () => {
		const { open, connect, provider, setMood, store } = await createWorld();
		await connect("ada", { left: 0 });
		const kept: Promise<unknown>[] = [];
		const vault = open({ timeout: 50, waitUntil: (promise) => kept.push(promise) });
		setMood("held");
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		provider.respond();
		await Promise.all(kept);
		expect(kept).toHaveLength(1);
		expect((await store.get({ userId: "ada", providerId: "acme" }))?.expiresIn).toBeGreaterThan(0);
	});
});

describe("many refreshes", () => {
	test("of one process are sent at most twenty at once", async () => {
		const { vault, connect, provider, setMood } = await createWorld();
		const users = Array.from({ length: 30 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user, { left: 0 });
		setMood("held");
		const calls = users.map((user) => vault.get(user, "acme"));
		await until(() => provider.held === 20);
		await new Promise((resolve) => setTimeout(resolve, 50));
		expect(provider.held).toBe(20);
		for (let count = 0; count < 30; count++) {
			await until(() => provider.held > 0);
			provider.respond();
		}
		await Promise.all(calls);
	});

	test("that hang give their places up when their leases are over", async () => {
		const { open, connect, provider } = await createWorld();
		const vault = open({ lease: 200, timeout: 5_000 });
		const users = Array.from({ length: 21 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user, { left: 0 });
		provider.mood = (user) => (user === "user-20" ? "ok" : "silent");
		const calls = users.map((user) => vault.get(user, "acme").catch(() => undefined));
		expect(await calls[20]).toMatchObject({ tokenType: "Bearer" });
	});
});
