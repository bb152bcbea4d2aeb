import { inspect } from "node:util";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import type { GrantStore } from "@oauth/tokens";
import { memoryStore } from "@oauth/tokens/memory";
import { describe, expect, test } from "vitest";
import { createWorld, HOUR, newKey } from "./world.ts";

const ADA = { userId: "ada", providerId: "acme" };

/** Writes a text into a row, as somebody does who can write to the database. */
async function overwrite(store: GrantStore, key: typeof ADA, sealed: string): Promise<void> {
	const grant = await store.get(key);
	expect(await store.reseal(key, `${grant?.sealed}`, sealed)).toBe(true);
}

describe("the stored grants", () => {
	test("have no token in them that can be read, as text or in base64", async () => {
		const { connect, store } = await createWorld();
		const { accessToken, refreshToken } = await connect("ada", { left: HOUR });
		const row = JSON.stringify(await store.get(ADA));
		const texts = [
			row,
			...row.split(/[^\w-]/).map((part) => Buffer.from(part, "base64url").toString("latin1")),
		];
		for (const text of texts)
			for (const secret of [accessToken, `${refreshToken}`]) expect(text).not.toContain(secret);
	});

	test("encrypted twice are two different texts", async () => {
		const { vault, provider, store } = await createWorld();
		const tokens = provider.signIn("ada");
		const seals = new Set<string | undefined>();
		for (const _ of [1, 2, 3]) {
			await vault.save("ada", { providerId: "acme", providerUserId: "36", tokens });
			seals.add((await store.get(ADA))?.sealed);
		}
		expect(seals.size).toBe(3);
	});

	test("are refused when moved to another user or provider, and the others stay readable", async () => {
		const { connect, store, vault, provider } = await createWorld();
		await connect("ada", { left: HOUR });
		await connect("eve", { left: HOUR });
		await vault.save("eve", { providerId: "other", providerUserId: "1", tokens: provider.signIn("other") });
		const sealed = `${(await store.get(ADA))?.sealed}`;
		await overwrite(store, { userId: "eve", providerId: "acme" }, sealed);
		await overwrite(store, { userId: "eve", providerId: "other" }, sealed);
		for (const providerId of ["acme", "other"]) {
			const { message } = await failureOf(vault.get("eve", providerId), "GRANT_UNREADABLE");
			expect(message).toBe(
				`${providerId}: GRANT_UNREADABLE (grant): it belongs to another user or provider: was its row moved?. Developer: check the keys.`.replace(
					"?.",
					"?",
				),
			);
		}
		expect(await vault.get("ada", "acme")).toMatchObject({ tokenType: "Bearer" });
		expect(await vault.list("eve")).toHaveLength(2);
	});

	test("are refused when any part of them was changed", async () => {
		const { connect, store, vault } = await createWorld();
		await connect("ada", { left: HOUR });
		const sealed = `${(await store.get(ADA))?.sealed}`;
		const parts = sealed.split(".");
		const flipped = parts.flatMap((part, index) => {
			if (!part) return [];
			const bytes = Buffer.from(part, "base64url");
			bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
			return [parts.with(index, bytes.toString("base64url")).join(".")];
		});
		const others = [
			"",
			"x",
			"a.b.c.d.e",
			sealed.slice(0, -5),
			`${sealed}A`,
			"null",
			sealed.replace(/\./g, ""),
		];
		for (const wrong of [...flipped, ...others]) {
			await overwrite(store, ADA, wrong);
			const error = await failureOf(vault.get("ada", "acme"), "GRANT_UNREADABLE");
			expect(error).toMatchObject({ provider: "acme", step: "grant" });
		}
		await overwrite(store, ADA, sealed);
		expect(await vault.get("ada", "acme")).toMatchObject({ tokenType: "Bearer" });
	});

	test("of another algorithm or without encryption are refused", async () => {
		const { CompactEncrypt, SignJWT, base64url } = await import("jose");
		const { connect, store, vault, keys } = await createWorld();
		await connect("ada", { left: HOUR });
		const secret = Buffer.from(`${keys[0]}`, "base64");
		const kid = JSON.parse(
			Buffer.from(`${(await store.get(ADA))?.sealed.split(".")[0]}`, "base64url").toString(),
		).kid;
		const claims = { sub: "ada", aud: "acme", tokens: { accessToken: "forged" }, issuedAt: 0 };
		const forged = [
			await new CompactEncrypt(new TextEncoder().encode(JSON.stringify(claims)))
				.setProtectedHeader({ alg: "dir", enc: "A128CBC-HS256", kid })
				.encrypt(secret),
			await new SignJWT(claims).setProtectedHeader({ alg: "HS256", kid }).sign(secret),
			`${base64url.encode(JSON.stringify({ alg: "none", kid }))}.${base64url.encode(JSON.stringify(claims))}.`,
		];
		for (const text of forged) {
			await overwrite(store, ADA, text);
			await failureOf(vault.get("ada", "acme"), "GRANT_UNREADABLE");
		}
	});
});

describe("keys", () => {
	test("that are gone are an error that says so, for their grants alone, and a new sign-in heals it", async () => {
		const { connect, open } = await createWorld();
		await connect("ada", { left: HOUR });
		const later = open({ keys: [newKey()] });
		const { message } = await failureOf(later.get("ada", "acme"), "GRANT_UNREADABLE");
		expect(message).toMatch(
			/^acme: GRANT_UNREADABLE \(grant\): it was encrypted with the key [\w-]{43}, which is not among "keys"\. Developer: check the keys\.$/,
		);
		const tokens = { accessToken: "new", tokenType: "Bearer", raw: {} };
		await later.save("ada", { providerId: "acme", providerUserId: "id-of-ada", tokens });
		expect(await later.get("ada", "acme")).toMatchObject({ accessToken: "new" });
		expect(await later.list("ada")).toHaveLength(1);
	});

	test("can be rotated: the first encrypts, all decrypt, and rotateKeys leaves the old one without use", async () => {
		const { connect, open, keys, store } = await createWorld();
		const users = Array.from({ length: 5 }, (_, index) => `user-${index}`);
		for (const user of users) await connect(user, { left: HOUR });
		const fresh = newKey();
		const both = open({ keys: [fresh, ...keys] });
		const { revision } = (await store.get({ userId: "user-0", providerId: "acme" })) ?? {};
		for (const user of users) await both.get(user, "acme");
		expect(await both.rotateKeys()).toEqual({ rotated: 5, failures: [] });
		expect(await both.rotateKeys()).toEqual({ rotated: 0, failures: [] });
		const only = open({ keys: [fresh] });
		for (const user of users) await only.get(user, "acme");
		expect(await store.get({ userId: "user-0", providerId: "acme" })).toMatchObject({ revision });
	});

	test("are rotated for all grants that can be read, and the others are named", async () => {
		const { connect, open, keys, store } = await createWorld();
		for (const user of ["ada", "eve", "kim"]) await connect(user, { left: HOUR });
		await overwrite(store, { userId: "eve", providerId: "acme" }, "nonsense");
		const { rotated, failures } = await open({ keys: [newKey(), ...keys] }).rotateKeys();
		expect(rotated).toBe(2);
		expect(failures).toEqual([{ userId: "eve", providerId: "acme", error: expect.any(Error) }]);
		expect(failures[0]?.error.code).toBe("GRANT_UNREADABLE");
	});

	test("are rotated without disturbing a refresh that is under way", async () => {
		const { connect, open, keys, provider, setMood } = await createWorld();
		await connect("ada", { left: 0 });
		const vault = open({ keys: [newKey(), ...keys] });
		setMood("held");
		const call = vault.get("ada", "acme");
		while (provider.held === 0) await new Promise((resolve) => setTimeout(resolve, 5));
		expect(await vault.rotateKeys()).toMatchObject({ rotated: 1 });
		provider.respond();
		const { accessToken } = await call;
		expect(await vault.get("ada", "acme")).toMatchObject({ accessToken });
		expect([provider.revoked, provider.refreshes]).toEqual([[], 1]);
	});

	test.each([
		["missing", [undefined], `"keys[0]" is missing: is its environment variable set?`],
		["an empty text", [""], `"keys[0]" is missing: is its environment variable set?`],
		["a password", ["correct horse battery staple"], `"keys[0]" must be 32 random bytes in base64`],
		["too short", [Buffer.alloc(31).toString("base64")], `"keys[0]" must be 32 random bytes in base64`],
		["too long", [Buffer.alloc(33).toString("base64")], `"keys[0]" must be 32 random bytes in base64`],
		["wrong behind a right one", [newKey(), "wrong"], `"keys[1]" must be 32 random bytes in base64`],
		["none", [], `"keys" is empty`],
	])(
		"that are %s are INVALID_CONFIG at the first use, and the message does not repeat them",
		async (_, keys, reason) => {
			const { open, provider } = await createWorld();
			const vault = open({ keys });
			const session = { providerId: "acme", providerUserId: "36", tokens: provider.signIn("ada") };
			const error = await failureOf(vault.save("ada", session), "INVALID_CONFIG");
			expect(error.message).toContain(reason);
			expectNoSecrets(error, keys.filter((key) => key !== undefined && key !== "") as string[]);
		},
	);

	test("can be written in either alphabet of base64, with padding, spaces around or neither", async () => {
		const bytes = Buffer.alloc(32, 0xfb);
		const [first, ...others] = [
			bytes.toString("base64"),
			bytes.toString("base64url"),
			` ${bytes.toString("base64")}\n`,
			bytes.toString("base64").replace(/=+$/, ""),
		];
		const { open, connect, keys } = await createWorld();
		expect(first).toMatch(/[+/].*=$/);
		keys.splice(0, 1, `${first}`);
		await connect("ada", { left: HOUR });
		for (const key of others)
			expect(await open({ keys: [key] }).get("ada", "acme")).toMatchObject({ tokenType: "Bearer" });
	});
});

describe("secrets", () => {
	test("are in no error of a vault, and not in the vault itself", async () => {
		const { vault, open, connect, setMood, keys } = await createWorld();
		const secrets = [...keys];
		const moods = [
			(token: string) => ({
				status: 400,
				answer: { error: "invalid_request", error_description: `bad token ${token}` },
			}),
			(token: string) => ({ status: 200, answer: { nothing: token } }),
			() => "broken" as const,
		];
		for (const moodFor of moods) {
			const { accessToken, refreshToken = "" } = await connect("ada", { left: 0 });
			secrets.push(accessToken, refreshToken);
			setMood(moodFor(refreshToken));
			for (const _ of ["the refresh", "the pause after it"])
				expectNoSecrets(await failureOf(vault.get("ada", "acme"), "FAILED_REQUEST"), secrets);
		}
		expectNoSecrets(
			await failureOf(open({ keys: [newKey()] }).get("ada", "acme"), "GRANT_UNREADABLE"),
			secrets,
		);
		const views = [inspect(vault, { depth: 10, showHidden: true }), JSON.stringify(await vault.list("ada"))];
		for (const secret of secrets) for (const view of views) expect(view).not.toContain(secret);
	});

	test("that a provider repeats are not kept as the reason of a failure", async () => {
		const { connect, setMood, vault, store } = await createWorld({ store: memoryStore() });
		const { refreshToken } = await connect("ada", { left: 0 });
		setMood({
			status: 400,
			answer: { error: "invalid_grant", error_description: `unknown: ${refreshToken}` },
		});
		await failureOf(vault.get("ada", "acme"), "INVALID_GRANT");
		const problem = `${(await store.get(ADA))?.problem}`;
		expect(problem).toContain("invalid_grant");
		expect(problem).not.toContain(refreshToken);
	});
});
