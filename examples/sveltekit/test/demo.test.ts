import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { emulateGitHub, emulateGoogle } from "../embedded/emulated-providers.ts";
import { forward } from "../embedded/forward.ts";
import { close, findFreePort, listen } from "../embedded/listen.ts";
import { type Demo, interruptAll, launch } from "./launch.ts";
import { readUsers } from "./users.ts";

let browser: Browser;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), "sveltekit-demo-"));
	browser = await chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
		],
	});
});

afterAll(async () => {
	await interruptAll();
	await browser?.close();
	rmSync(folder, { recursive: true });
});

describe("in the browser", () => {
	let demo: Demo;
	let origin: string;
	let databaseFile: string;
	let context: BrowserContext;
	let page: Page;

	// Each test has users, emulators and a browser of its own.
	beforeEach(async ({ task }) => {
		databaseFile = join(folder, `${task.id}.db`);
		demo = await launch({ DATABASE_FILE: databaseFile });
		origin = `http://localhost:${demo.port}`;
		context = await browser.newContext({ baseURL: origin });
		page = await context.newPage();
	});

	afterEach(async () => {
		await context.close();
		await demo.interrupt();
	});

	test("signs in, signs out, comes back as the same user, and links a second account", async () => {
		await page.goto("/");
		expect(page.url()).toBe(`${origin}/login`);
		await follow(page.getByRole("link", { name: "Continue with GitHub" }));
		await choose(page, "ada");
		await expectHeading(page, "Ada Lovelace");
		expect(await page.getByText("ada@example.com").isVisible()).toBe(true);
		expect(await page.getByText("Verified e-mail").isVisible()).toBe(true);
		expect(await accounts(page)).toEqual(["GitHub"]);
		expect(await page.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth)).toBeGreaterThan(
			0,
		);

		const first = readUsers(databaseFile);
		expect(first.users).toEqual([
			expect.objectContaining({ name: "Ada Lovelace", email: "ada@example.com", email_verified: 1 }),
		]);

		await signOut(page);
		await page.goto("/");
		expect(page.url()).toBe(`${origin}/login`);

		await signIn(page, "github", "ada");
		expect(readUsers(databaseFile)).toEqual(first);

		await follow(page.getByRole("button", { name: "Link Google" }));
		await choose(page, "ada@example.com");
		expect(await accounts(page)).toEqual(["GitHub", "Google"]);
		await signOut(page);

		await signIn(page, "google", "ada@example.com");
		expect(await accounts(page)).toEqual(["GitHub", "Google"]);
		const last = readUsers(databaseFile);
		expect(last.users).toEqual(first.users);
		expect(last.keys.map((key) => key.user_id)).toEqual([first.users[0]?.id, first.users[0]?.id]);
	});

	test("tells an e-mail that the provider doesn't vouch for", async () => {
		await signIn(page, "google", "new@example.net");
		expect(await page.getByText("E-mail not verified").isVisible()).toBe(true);
	});

	test("makes two users of two people with one e-mail address", async () => {
		await signIn(page, "github", "ada");
		await signOut(page);
		await signIn(page, "google", "ada@example.com");
		expect(await accounts(page)).toEqual(["Google"]);
		expect(readUsers(databaseFile).users.map((user) => user.email)).toEqual([
			"ada@example.com",
			"ada@example.com",
		]);
	});

	test("links the same account once more without harm", async () => {
		await signIn(page, "github", "ada");
		const before = readUsers(databaseFile);
		await follow(page.getByRole("button", { name: "Link GitHub" }));
		await choose(page, "ada");
		expect(await accounts(page)).toEqual(["GitHub"]);
		expect(readUsers(databaseFile)).toEqual(before);
	});

	test("refuses to link an account that belongs to another user", async () => {
		await signIn(page, "google", "grace@example.com");
		await signOut(page);
		await signIn(page, "github", "ada");
		const before = readUsers(databaseFile);

		await follow(page.getByRole("button", { name: "Link Google" }));
		const answer = page.waitForResponse(/\/problem\//);
		await choose(page, "grace@example.com");
		expect((await answer).status()).toBe(409);
		expect(await heading(page)).toBe("That account belongs to another user");
		expect(readUsers(databaseFile)).toEqual(before);

		await follow(page.getByRole("link", { name: "Back to your account" }));
		await expectHeading(page, "Ada Lovelace");
		expect(await accounts(page)).toEqual(["GitHub"]);
	});

	test("takes a no for an answer", async () => {
		for (const id of ["github", "google"]) {
			await page.goto(`/login/${id}`);
			const answer = page.waitForResponse(/\/problem\//);
			await follow(page.getByRole("link", { name: "Cancel" }));
			expect((await answer).status()).toBe(403);
			expect(await heading(page)).toBe("You said no, and that’s fine");
			expect(await page.content()).not.toMatch(/access_denied|denied your application/i);
			expect(page.url()).toBe(`${origin}/problem/ACCESS_DENIED`);
			await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
			expect(page.url()).toBe(`${origin}/login`);
		}
		expect(demo.output()).toContain("ACCESS_DENIED");
		await signIn(page, "github", "ada");
	});

	test("finishes sign-ins in two tabs, in either order", async () => {
		const other = await context.newPage();
		await page.goto("/login/github");
		await other.goto("/login/github");
		await choose(other, "ada");
		await expectHeading(other, "Ada Lovelace");
		await choose(page, "ada");
		await expectHeading(page, "Ada Lovelace");
		expect(readUsers(databaseFile).users).toHaveLength(1);
		// Both are over, so nothing of them is left.
		expect(await flowCookies(context)).toEqual([]);
	});

	test("retires the oldest of many sign-ins that nobody finished", async () => {
		for (let count = 0; count < 8; count++) await page.goto("/login/github");
		expect((await flowCookies(context)).length).toBeLessThanOrEqual(5);
		await choose(page, "ada");
		await expectHeading(page, "Ada Lovelace");
	});

	test("says so when the sign-in isn't one of this browser", async () => {
		await page.goto("/login/github");
		await context.clearCookies();
		const answer = page.waitForResponse(/\/problem\//);
		await choose(page, "ada");
		expect((await answer).status()).toBe(400);
		expect(await heading(page)).toBe("This sign-in can’t be finished here");
		expect(readUsers(databaseFile).users).toEqual([]);
		await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
		expect(page.url()).toBe(`${origin}/login`);
	});

	test("says so when it took too long", async () => {
		await page.goto("/login/github");
		await makeOlder(context, 601);
		const answer = page.waitForResponse(/\/problem\//);
		await choose(page, "ada");
		expect((await answer).status()).toBe(400);
		expect(await heading(page)).toBe("That took a little too long");
		expect(readUsers(databaseFile).users).toEqual([]);
	});

	test("refuses a callback that answers nothing", async () => {
		for (const query of ["", "?code=1", "?state=1", "?code=1&code=2&state=3"]) {
			const answer = await page.goto(`/login/github/callback${query}`);
			expect(answer?.status()).toBe(400);
			expect(await heading(page)).toBe("This address is only a step on the way");
		}
	});

	test("shows neither the provider's words nor the code when the provider refuses", async () => {
		for (const id of ["github", "google"]) {
			await page.goto(`/login/${id}`);
			const state = new URL(page.url()).searchParams.get("state");
			const answer = await page.goto(`/login/${id}/callback?code=forged-code&state=${state}`);
			expect(answer?.status()).toBe(502);
			expect(await heading(page)).toBe("The sign-in service didn’t answer as it should");
			expect(await page.content()).not.toMatch(
				/forged-code|incorrect|expired|bad_verification|invalid_grant/i,
			);
			expect(page.url()).toBe(`${origin}/problem/FAILED_REQUEST`);
		}
		expect(demo.output()).toContain("FAILED_REQUEST");
		expect(demo.output()).not.toContain("forged-code");
	});

	test("shows no words that an address brings along", async () => {
		await page.goto("/login/github");
		const state = new URL(page.url()).searchParams.get("state");
		for (const path of [
			`/login/github/callback?error=server_error&error_description=Call+555-0100&state=${state}`,
			"/problem/ACCESS_DENIED?message=Call+555-0100",
			"/problem/Call%20555-0100",
		]) {
			const answer = await page.goto(path);
			expect(answer?.status()).toBeGreaterThanOrEqual(400);
			expect(await page.content()).not.toContain("555-0100");
		}
	});

	test("goes on to a page of its own, and to no other", async () => {
		await page.goto("/login/github?redirectTo=/somewhere%3Ftab=2");
		await choose(page, "ada");
		expect(page.url()).toBe(`${origin}/somewhere?tab=2`);
		expect(await heading(page)).toBe("There is nothing here");

		for (const elsewhere of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1"]) {
			await page.goto(`/login/github?redirectTo=${encodeURIComponent(elsewhere)}`);
			await choose(page, "ada");
			expect(page.url()).toBe(`${origin}/`);
			await expectHeading(page, "Ada Lovelace");
		}
	});

	test("begins to link by a form of its own only", async () => {
		await signIn(page, "github", "ada");
		expect((await page.goto("/login/google/link"))?.status()).toBe(405);

		const forged = await context.request.post("/login/google/link", {
			headers: { origin: "https://evil.example" },
			form: {},
			maxRedirects: 0,
		});
		expect(forged.status()).toBe(403);
		expect(await flowCookies(context)).toEqual([]);
	});

	test("signs out by a form of its own only", async () => {
		await signIn(page, "github", "ada");
		expect((await page.goto("/logout"))?.status()).toBe(405);
		const headers = { origin: "https://evil.example" };
		expect((await context.request.post("/logout", { headers, form: {} })).status()).toBe(403);
		await page.goto("/");
		await expectHeading(page, "Ada Lovelace");
	});

	test("links for somebody who is signed in only", async () => {
		const answer = await context.request.post("/login/google/link", { headers: { origin }, form: {} });
		expect(answer.status()).toBe(403);
		expect(await answer.text()).toContain("Sign in first");

		await signIn(page, "github", "ada");
		await follow(page.getByRole("button", { name: "Link Google" }));
		await context.clearCookies({ name: "auth_session" });
		const before = readUsers(databaseFile);
		await choose(page, "ada@example.com");
		expect(await heading(page)).toBe("Sign in first");
		expect(readUsers(databaseFile)).toEqual(before);
	});

	test("has a page for addresses that lead nowhere", async () => {
		for (const path of [
			"/nowhere",
			"/login/nobody",
			"/login/nobody/callback?code=1&state=2",
			"/problem/toString",
		]) {
			expect((await page.goto(path))?.status()).toBe(404);
			expect(await heading(page)).toBe("There is nothing here");
		}
	});

	test("fits a narrow screen", async () => {
		await page.setViewportSize({ width: 320, height: 640 });
		const width = () => page.evaluate(() => document.documentElement.scrollWidth);
		await page.goto("/login");
		expect(await width()).toBe(320);
		await page.goto("/problem/FLOW_MISSING");
		expect(await width()).toBe(320);
		await signIn(page, "google", "ada@example.com");
		expect(await width()).toBe(320);
	});

	test("loads nothing from elsewhere and runs no script", async () => {
		const requested: string[] = [];
		page.on("request", (request) => requested.push(request.url()));
		const answer = await page.goto("/login");
		expect(requested.filter((url) => !url.startsWith(origin))).toEqual([]);
		expect(await page.locator("script").count()).toBe(0);
		expect(answer?.headers()["content-security-policy"]).toContain("default-src 'none'");
	});
});

test("ends all of it by Ctrl-C, begins with nobody, and goes on to the next port that is free", async () => {
	const first = await launch();
	const second = await launch({ PORT: `${first.port}` });
	expect(second.port).toBeGreaterThan(first.port);
	for (const demo of [first, second]) {
		const answer = await fetch(`http://localhost:${demo.port}/login`);
		expect(await answer.text()).toContain("Continue with GitHub");
		expect(readUsers(demo.told("Database")).users).toEqual([]);
	}
	for (const demo of [first, second]) {
		const ports = [
			demo.port,
			...["GitHub", "Google"].map((name) => Number(demo.told(name).split(":").at(-1))),
		];
		expect(await Promise.all(ports.map(isTaken))).toEqual([true, true, true]);
		expect(await demo.interrupt()).toEqual({ code: 0, signal: null });
		expect(await Promise.all(ports.map(isTaken))).toEqual([false, false, false]);
		for (const suffix of ["", "-wal", "-shm"]) rmSync(demo.told("Database") + suffix, { force: true });
	}
});

test("says so when the provider can't be reached", async () => {
	const nobody = `http://127.0.0.1:${await findFreePort()}`;
	const demo = await launch({
		GOOGLE_CLIENT_ID: "id",
		GOOGLE_CLIENT_SECRET: "secret",
		GOOGLE_ISSUER: nobody,
		DATABASE_FILE: join(folder, "alone.db"),
	});
	const page = await browser.newPage();
	const answer = await page.goto(`http://localhost:${demo.port}/login/google`);
	expect(answer?.status()).toBe(502);
	expect(await heading(page)).toBe("The sign-in service didn’t answer as it should");
	expect(await page.content()).not.toContain(nobody);
	await page.close();
	await demo.interrupt();
});

test("one process finishes what another began", async () => {
	const answeredBy: string[] = [];
	const ports = { begins: 0, finishes: 0 };
	const balancer = createServer((request, response) => {
		const which = request.url?.startsWith("/login/github/callback") ? "finishes" : "begins";
		answeredBy.push(`${request.url?.split("?")[0]} ${which}`);
		forward(ports[which], request, response);
	});
	const origin = `http://localhost:${await listen(balancer)}`;
	const [github, google] = await Promise.all([emulateGitHub(origin), emulateGoogle(origin)]);
	const settings = {
		...github.env,
		...google.env,
		ORIGIN: origin,
		DATABASE_FILE: join(folder, "shared.db"),
	};
	const [begins, finishes] = await Promise.all([launch(settings), launch(settings)]);
	Object.assign(ports, { begins: begins.port, finishes: finishes.port });

	const context = await browser.newContext({ baseURL: origin });
	const page = await context.newPage();
	await signIn(page, "github", "ada");
	await expectHeading(page, "Ada Lovelace");
	expect(answeredBy.slice(0, 3)).toEqual([
		"/login/github begins",
		"/login/github/callback finishes",
		"/ begins",
	]);
	expect(readUsers(settings.DATABASE_FILE).users).toHaveLength(1);

	await context.close();
	await Promise.all([
		begins.interrupt(),
		finishes.interrupt(),
		github.close(),
		google.close(),
		close(balancer),
	]);
});

async function signIn(page: Page, providerId: string, person: string) {
	await page.goto(`/login/${providerId}`);
	await choose(page, person);
	await expectHeading(page, "Linked accounts");
}

/** Every link and every button here leads to another page. */
async function follow(target: Locator) {
	await Promise.all([target.page().waitForEvent("load"), target.click()]);
}

/** At the emulated provider. */
async function choose(page: Page, person: string) {
	const name = page.locator(".user-login", { hasText: new RegExp(`^${person}$`) });
	await follow(page.locator("button", { has: name }));
}

async function signOut(page: Page) {
	await follow(page.getByRole("button", { name: "Sign out" }));
	await expectHeading(page, "Sign in");
}

async function expectHeading(page: Page, name: string) {
	expect(await page.getByRole("heading", { name, exact: true }).isVisible()).toBe(true);
}

/** There is one on each page. */
async function heading(page: Page) {
	expect(await page.locator("h1").count()).toBe(1);
	return page.locator("h1").textContent();
}

function accounts(page: Page) {
	return page.locator(".accounts li span").allTextContents();
}

async function flowCookies(context: BrowserContext) {
	const cookies = await context.cookies();
	return cookies.filter(({ name }) => name.startsWith("oauth."));
}

/** Lets that many seconds pass for the sign-ins under way. */
async function makeOlder(context: BrowserContext, seconds: number) {
	for (const cookie of await flowCookies(context)) {
		const flow = JSON.parse(decodeURIComponent(cookie.value));
		flow.startedAt -= seconds;
		await context.addCookies([{ ...cookie, value: encodeURIComponent(JSON.stringify(flow)) }]);
	}
}

async function isTaken(port: number) {
	const socket = connect(port, "127.0.0.1");
	try {
		await once(socket, "connect");
		return true;
	} catch {
		return false;
	} finally {
		socket.destroy();
	}
}
