import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import type { GrantStore, SavedSession, TokenProvider } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { schema, sqliteStore } from "@oauth/tokens/sqlite";
import Database from "better-sqlite3";
import { afterEach, describe, expect, test, vi } from "vitest";
import { createWorld, HOUR, until, type World } from "./world.ts";

afterEach(() => {
	vi.useRealTimers();
});

const ADA = { userId: "ada", providerId: "acme" };

/** Saves a sign-in that brought no refresh token. */
function signInAgain({ vault, provider }: World): Promise<void> {
	const { refreshToken, ...tokens } = provider.signIn("ada");
	return vault.save("ada", { providerId: "acme", providerUserId: "id-of-ada", tokens });
}

/** Uses the stored refresh token, which ends the grant if it was used before. */
async function expectRefreshable({ vault, provider }: World): Promise<void> {
	vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 2 * HOUR });
	await vault.get("ada", "acme");
	expect([provider.repeats, provider.ended]).toEqual([0, []]);
}

describe("a sign-in that brings no refresh token", () => {
	test("during a refresh does not write the refresh token back that is being used", async () => {
		const world = await createWorld();
		await world.connect("ada");
		world.setMood("held");
		const call = world.vault.get("ada", "acme");
		await until(() => world.provider.held === 1);
		const saving = signInAgain(world);
		world.provider.respond();
		await Promise.all([call, saving]);
		world.setMood("ok");
		await expectRefreshable(world);
	});

	test("does not wait for a refresh that is under way", async () => {
		const world = await createWorld();
		await world.connect("ada");
		world.setMood("held");
		const call = world.vault.get("ada", "acme");
		await until(() => world.provider.held === 1);
		await signInAgain(world);
		expect(world.provider.held).toBe(1);
		world.provider.respond();
		await call;
		world.setMood("ok");
		await expectRefreshable(world);
	});

	test("after which another process has refreshed does not write the old refresh token back", async () => {
		const inner = memoryStore();
		let between: (() => Promise<unknown>) | undefined;
		const store: GrantStore = {
			...inner,
			async get(key) {
				const grant = await inner.get(key);
				const work = between;
				between = undefined;
				await work?.();
				return grant;
			},
		};
		const world = await createWorld({ store });
		await world.connect("ada");
		const other = world.open({ store: inner });
		between = () => other.get("ada", "acme");
		await signInAgain(world);
		expect(between).toBeUndefined();
		await expectRefreshable(world);
	});

	test("during the pause after a failed refresh keeps the refresh token", async () => {
		const world = await createWorld();
		const { refreshToken } = await world.connect("ada");
		world.setMood({ status: 503, headers: { "retry-after": "600" } });
		await failureOf(world.vault.get("ada", "acme"), "FAILED_REQUEST");
		await signInAgain(world);
		expect(await world.vault.get("ada", "acme")).toMatchObject({ refreshToken });
	});
});

describe("the end of a process", () => {
	test("close begins none of the refreshes that wait for their turn", async () => {
		const { vault, connect, setMood, provider } = await createWorld();
		const users = Array.from({ length: 25 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user);
		setMood("held");
		const calls = users.map((user) => vault.get(user, "acme").catch((error) => error));
		await until(() => provider.held === 20);
		const closing = vault.close();
		for (let count = 0; count < 20; count++) provider.respond();
		await Promise.all([closing, ...calls]);
		expect(provider.sent.size).toBe(20);
	});

	test("close begins no refresh whose provider was being looked up", async () => {
		const { open, acme, connect, provider } = await createWorld();
		await connect("ada");
		let find = (_: TokenProvider) => {};
		const vault = open({
			providers: () =>
				new Promise<TokenProvider>((resolve) => {
					find = resolve;
				}),
		});
		const call = failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		await new Promise((resolve) => setTimeout(resolve, 20));
		await vault.close();
		find(acme);
		expect((await call).message).toContain("the vault is closed");
		expect(provider.sent.size).toBe(0);
	});
});

describe("settings", () => {
	test.each([
		["lease", 0],
		["lease", -1],
		["lease", Number.NaN],
		["lease", Number.POSITIVE_INFINITY],
		["lease", 90_000_000],
		["timeout", 0],
		["timeout", -1],
		["timeout", Number.NaN],
		["timeout", Number.POSITIVE_INFINITY],
		["timeout", 2 ** 31],
	])("%s: %d is INVALID_CONFIG at the first use", async (name, value) => {
		const { open, provider } = await createWorld();
		const vault = open({ [name]: value });
		const session = { providerId: "acme", providerUserId: "36", tokens: provider.signIn("ada") };
		for (const call of [vault.save("ada", session), vault.get("ada", "acme")])
			expect((await failureOf(call, "INVALID_CONFIG")).message).toContain(
				`"${name}" must be a number of milli`,
			);
	});

	test("a user's id that the database spells otherwise is INVALID_CONFIG, before anything is encrypted for it", async () => {
		const inner = memoryStore();
		const lower = <Key extends { userId: string }>(key: Key) => ({
			...key,
			userId: key.userId.toLowerCase(),
		});
		const store: GrantStore = {
			...inner,
			get: (key) => inner.get(lower(key)),
			save: (key, ...rest) => inner.save(lower(key), ...rest),
		};
		const { vault, connect, provider } = await createWorld({ store });
		await connect("A0EE");
		const error = await failureOf(vault.get("A0EE", "acme"), "INVALID_CONFIG");
		expect(error.message).toContain("the user's id is spelled otherwise in the database");
		expect(provider.sent.size).toBe(0);
	});
});

describe("a session that is saved", () => {
	const session = (changes: object, tokens: object = {}) =>
		({
			providerId: "acme",
			providerUserId: "36",
			...changes,
			tokens: { accessToken: "access", tokenType: "Bearer", raw: {}, ...tokens },
		}) as SavedSession;

	test("can come from JSON, where dates are text", async () => {
		const { vault } = await createWorld();
		const refreshTokenExpiresAt = new Date("2027-05-06T07:08:09Z");
		const dates = { expiresAt: new Date(Date.now() + HOUR), refreshTokenExpiresAt };
		await vault.save("ada", JSON.parse(JSON.stringify(session({}, dates))));
		const { expiresAt, ...tokens } = await vault.get("ada", "acme");
		expect(expiresAt).toBeInstanceOf(Date);
		expect(tokens).toMatchObject({ accessToken: "access", refreshTokenExpiresAt });
	});

	test("can have its scopes as text", async () => {
		const { vault } = await createWorld();
		await vault.save("ada", session({}, { scope: "public_repo user:email,gist" }));
		expect(await vault.list("ada")).toMatchObject([{ scope: ["public_repo", "user:email", "gist"] }]);
		expect(await vault.hasScopes("ada", "acme", ["repo"])).toBe(false);
	});

	test.each<[string, SavedSession, reason: string]>([
		["no provider", session({ providerId: undefined }), `"providerId" of the session is missing`],
		["no account", session({ providerUserId: "" }), `"providerUserId" of the session is missing`],
		[
			"an ID token alone",
			session({}, { accessToken: undefined }),
			`"tokens.accessToken" of the session is missing`,
		],
		[
			"an expiry that is no date",
			session({}, { expiresAt: "soon" }),
			`"tokens.expiresAt" of the session is no date`,
		],
		["no tokens", { providerId: "acme", providerUserId: "36" } as SavedSession, `"tokens.accessToken"`],
	])("with %s is INVALID_CONFIG, and nothing is written", async (_, wrong, reason) => {
		const { vault } = await createWorld();
		expect((await failureOf(vault.save("ada", wrong), "INVALID_CONFIG")).message).toContain(reason);
		expect(await vault.list("ada")).toEqual([]);
	});
});

describe("a grant without a refresh token", () => {
	const save = ({ vault, provider }: World, expiresAt?: Date) => {
		const { refreshToken, expiresAt: _, ...tokens } = provider.signIn("ada");
		const session = {
			providerId: "acme",
			providerUserId: "36",
			tokens: { ...tokens, ...(expiresAt && { expiresAt }) },
		};
		return vault.save("ada", session).then(() => tokens);
	};

	test("is dead when its access token has expired, and list says so", async () => {
		const world = await createWorld();
		await save(world, new Date(Date.now() - 1));
		await failureOf(world.vault.get("ada", "acme"), "INVALID_GRANT");
		expect(await world.vault.list("ada")).toMatchObject([
			{ isDead: true, problem: "the access token has expired, and there is no refresh token" },
		]);
	});

	test("is dead when the API has refused its access token, for other calls too, until the user signs in again", async () => {
		const world = await createWorld();
		const { accessToken } = await save(world);
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
		const { vault } = world;
		await failureOf(vault.get("ada", "acme", { rejectedAccessToken: accessToken }), "INVALID_GRANT");
		expect(await vault.list("ada")).toMatchObject([{ isDead: true }]);
		await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		const fresh = await save(world);
		expect(await vault.get("ada", "acme")).toMatchObject(fresh);
	});

	test("is not dead because an API refuses an access token that was issued just now", async () => {
		const world = await createWorld();
		const { accessToken } = await save(world);
		const { vault } = world;
		await failureOf(vault.get("ada", "acme", { rejectedAccessToken: accessToken }), "INVALID_GRANT");
		expect(await vault.list("ada")).toMatchObject([{ isDead: false }]);
	});

	test("that was refused does not end the grant of a sign-in that came in between", async () => {
		const world = await createWorld();
		const { accessToken } = await save(world);
		const fresh = await save(world);
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
		const { vault } = world;
		expect(await vault.get("ada", "acme", { rejectedAccessToken: accessToken })).toMatchObject(fresh);
	});
});

describe("clocks", () => {
	test("a clock that is set forward in the middle of a refresh does not send the refresh token again", async () => {
		const { open, connect, setMood, provider } = await createWorld();
		const vault = open({ timeout: 100 });
		await connect("ada");
		setMood("held");
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + HOUR });
		await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST");
		await failureOf(open({ timeout: 100 }).get("ada", "acme"), "FAILED_REQUEST");
		provider.respond();
		expect([...provider.sent.values()]).toEqual([1]);
	});

	test("a process whose clock is wrong sees by the store's clock that an access token is new", async () => {
		const database = new Database(":memory:");
		database.exec(schema);
		const { vault, connect, provider } = await createWorld({ store: sqliteStore(database) });
		const { accessToken } = await connect("ada", { left: HOUR });
		vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 10 * HOUR });
		const error = await failureOf(
			vault.get("ada", "acme", { rejectedAccessToken: accessToken }),
			"FAILED_REQUEST",
		);
		expect(error.message).toContain("issued just now");
		expect(provider.sent.size).toBe(0);
	});

	test("an access token that ends while its refresh is waited for is not returned", async () => {
		const { open, connect, setMood, store } = await createWorld({ lifetime: 2_000 });
		await connect("ada", { left: 2_000 });
		const { sealed = "", revision = "" } = (await store.get(ADA)) ?? {};
		// By its revision, it is due in the last quarter of its life.
		await store.commit(ADA, revision, { sealed, revision: "ffffffff-due-early", expiresIn: 300 });
		setMood("silent");
		await failureOf(open({ timeout: 600 }).get("ada", "acme"), "FAILED_REQUEST");
	});

	test("the time that the store takes for new tokens counts as a part of their life", async () => {
		const inner = memoryStore();
		let failures = 2;
		const store: GrantStore = {
			...inner,
			async commit(...args) {
				if (failures-- > 0) throw new Error("connection terminated unexpectedly");
				return inner.commit(...args);
			},
		};
		const { vault, connect } = await createWorld({ store });
		await connect("ada");
		await vault.get("ada", "acme");
		// The second and the third attempt come after 100 and 500 ms.
		expect((await inner.get(ADA))?.expiresIn).toBeLessThanOrEqual(HOUR - 590);
	});
});

describe("a provider of the app's own", () => {
	test("that throws an error with the refresh token ends in an OAuthError without it, here and in the store", async () => {
		const { open, acme, connect, store } = await createWorld();
		const { refreshToken = "" } = await connect("ada");
		const own: TokenProvider = {
			...acme,
			async refreshTokens(token) {
				throw new TypeError(`POST /token?refresh_token=${token} failed`);
			},
		};
		const error = await failureOf(open({ providers: [own] }).get("ada", "acme"), "FAILED_REQUEST");
		expectNoSecrets(error, [refreshToken]);
		expect(JSON.stringify(await store.get(ADA))).not.toContain(refreshToken);
	});

	test("that returns a wrong expiry does not lose the tokens", async () => {
		const { open, acme, connect } = await createWorld();
		await connect("ada");
		const own: TokenProvider = {
			...acme,
			refreshTokens: async () => ({
				accessToken: "new",
				refreshToken: "newer",
				tokenType: "Bearer",
				expiresAt: new Date(Number.NaN),
				raw: {},
			}),
		};
		expect(await open({ providers: [own] }).get("ada", "acme")).toMatchObject({
			accessToken: "new",
			refreshToken: "newer",
		});
	});

	test("that can't be found makes disconnect say so, and the grant is forgotten", async () => {
		const { open, connect, vault } = await createWorld();
		await connect("ada", { left: HOUR });
		const broken = open({
			providers() {
				throw new Error("no such tenant");
			},
		});
		const { isRevoked, error } = await broken.disconnect("ada", "acme");
		expect([isRevoked, error?.code]).toEqual([false, "INVALID_CONFIG"]);
		expect(error?.message).toContain("no such tenant");
		expect(await vault.list("ada")).toEqual([]);
	});

	test("that hangs does not keep the users of another server with the same id waiting", async () => {
		const { open, acme, connect, provider } = await createWorld();
		const users = Array.from({ length: 25 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user);
		provider.mood = (user) => (user === "user-24" ? "ok" : "silent");
		const vault = open({
			timeout: 20_000,
			providers: ({ providerUserId }) => ({
				...acme,
				apiUrl: providerUserId === "id-of-user-24" ? "https://good.example" : "https://hanging.example",
			}),
		});
		const calls = users.map((user) => vault.get(user, "acme").catch(() => undefined));
		expect(await calls[24]).toMatchObject({ tokenType: "Bearer" });
		provider.hangUp();
		provider.mood = () => "ok";
		await vault.close();
		provider.hangUp();
		await Promise.all(calls);
	});
});

test("the first failure of a refresh says when to try again, as those after it do", async () => {
	const { vault, connect, setMood } = await createWorld();
	await connect("ada");
	setMood({ status: 503 });
	for (const _ of ["the first", "the second"])
		expect(await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST")).toMatchObject({ retryAfter: 1 });
});
