import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { testStore } from "@oauth/testing/vitest";
import { type D1Database, d1Store, schema } from "@oauth/tokens/d1";
import { Miniflare } from "miniflare";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { send, signIn } from "../src/browser.ts";
import { bundleForWorkerd, install } from "../src/install.ts";
import { type Provider, startProvider } from "../src/provider.ts";
import { GITHUB_TOKEN_URL, recordings } from "../src/recordings.ts";

let provider: Provider;
let folder: string;
let worker: Miniflare;
let app: string;
let database: D1Database;
beforeAll(async () => {
	provider = await startProvider();
	folder = mkdtempSync(join(tmpdir(), "oauth-d1-"));
	await install(folder, provider.settings);
	worker = new Miniflare({
		modules: true,
		modulesRoot: folder,
		scriptPath: await bundleForWorkerd(folder, "vault"),
		compatibilityDate: "2026-07-01",
		d1Databases: ["DB"],
		bindings: { TOKEN_KEY: randomBytes(32).toString("base64") },
	});
	app = (await worker.ready).origin;
	database = await worker.getD1Database("DB");
	await run(schema);
});
afterAll(async () => {
	await worker?.dispose();
	await provider?.stop();
	rmSync(folder, { recursive: true, force: true });
});

async function run(statement: string): Promise<unknown[]> {
	const { results } = await database.prepare(statement).bind().all();
	return results;
}

const get = async (path: string) => (await send(`${app}/${path}`)).json;

describe("D1", () => testStore(() => d1Store(database)));

test("a vault in a worker keeps tokens in D1, refreshes them once, lists and disconnects them", async () => {
	expect((await signIn(app, "github")).json).toEqual({});
	const first = await get("github/token");
	expect(first).toEqual({ accessToken: expect.any(String), isSame: true, scope: ["a", "b"] });
	const [row] = await run("SELECT * FROM oauth_grants WHERE user_id = 'ada'");
	expect(row).toMatchObject({ provider_id: "github", state: "ok", fence: 0, scope: '["a","b"]' });
	expect(JSON.stringify(row)).not.toContain(first.accessToken);

	await run("UPDATE oauth_grants SET expires_at = 0 WHERE user_id = 'ada'");
	provider.requests.length = 0;
	const second = await get("github/token");
	// GitHub's response to a refresh has an empty scope.
	expect(second).toEqual({ accessToken: expect.any(String), isSame: true, scope: [] });
	expect(second.accessToken).not.toBe(first.accessToken);
	expect(await get("github/token")).toEqual(second);
	expect(provider.requests).toEqual([`POST ${GITHUB_TOKEN_URL}`]);

	expect(await get("github/list")).toEqual([
		{ providerId: "github", providerUserId: recordings.github.profile.id, scope: [], isDead: false },
	]);
	expect(await get("github/disconnect")).toEqual({ isRevoked: true });
	expect(await get("github/token")).toMatchObject({ code: "GRANT_MISSING" });
	expect(await get("github/list")).toEqual([]);
});

test("a vault in a worker sends one request for one token, however many requests ask for it at once", async () => {
	await signIn(app, "google");
	await run("UPDATE oauth_grants SET expires_at = 0 WHERE user_id = 'ada'");
	provider.requests.length = 0;
	const all = await Promise.all(Array.from({ length: 20 }, () => get("google/token")));
	expect(new Set(all.map(({ accessToken }) => accessToken)).size).toBe(1);
	expect(all[0]).toMatchObject({ accessToken: expect.any(String), isSame: true });
	expect(provider.requests.filter((request) => request.startsWith("POST"))).toHaveLength(1);
});
