import { join } from "node:path";
import Database from "better-sqlite3";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Person, people } from "../launcher/src/people.ts";
import { providers } from "../launcher/src/providers.ts";
import {
	accounts,
	choose,
	expectHeading,
	flowCookies,
	follow,
	problemAfter,
	shown,
	signIn,
	startBrowser,
} from "./browser.ts";
import { folder } from "./examples.ts";
import { cleanUp, type LaunchedApp, launch } from "./launch.ts";

const example = join(folder, "next");
const [ada] = people as [Person];

let browser: Browser;
beforeAll(async () => {
	browser = await startBrowser();
});
afterAll(async () => {
	await cleanUp();
	await browser?.close();
});

/** What only this example has. */
describe("examples/next", () => {
	let app: LaunchedApp;
	let context: BrowserContext;
	let page: Page;
	beforeAll(async () => {
		app = await launch(example);
	});
	afterAll(() => app?.interrupt());
	beforeEach(async () => {
		context = await browser.newContext({ baseURL: app.origin });
		page = await context.newPage();
	});
	afterEach(() => context.close());

	const button = (name: string, on = page) => on.getByRole("button", { name: `Continue with ${name}` });

	function changeDatabase(sql: string) {
		const database = new Database(app.told("Database"));
		database.exec(sql);
		database.close();
	}

	describe("the server action that starts a sign-in", () => {
		test.each(providers)("the server action does the same as the URL: $name", async ({ id, name }) => {
			await page.goto(`/login/${id}`);
			const [flow] = await flowCookies(context);
			await context.clearCookies();

			await page.goto("/login");
			await follow(button(name));
			const [other] = await flowCookies(context);
			expect({ ...other, name: "", value: "", expires: 0 }).toEqual({
				...flow,
				name: "",
				value: "",
				expires: 0,
			});
			const withoutState = (name = "") => name.split(".").slice(0, -1);
			expect(withoutState(other?.name)).toEqual(withoutState(flow?.name));

			await choose(page, ada);
			await expectHeading(page, ada.name);
			expect(await accounts(page)).toEqual([name]);
			expect(await context.cookies(app.origin)).toHaveLength(1);
		});

		// Apple responds with a page that has a script.
		test.each(providers.filter(({ id }) => id !== "apple"))(
			"the server action needs no script: $name",
			async ({ name }) => {
				const plain = await browser.newContext({ baseURL: app.origin, javaScriptEnabled: false });
				const plainPage = await plain.newPage();
				await plainPage.goto("/login");
				await follow(button(name, plainPage));
				await choose(plainPage, ada);
				await expectHeading(plainPage, ada.name);
				expect(await plain.cookies(app.origin)).toHaveLength(1);
				await plain.close();
			},
		);

		test("the server action uses a script where scripts run", async () => {
			await page.goto("/login");
			const request = page.waitForRequest((candidate) => candidate.method() === "POST");
			await follow(button("GitHub"));
			expect((await request).resourceType()).toBe("fetch");
		});

		test("many unfinished sign-ins by the server action retire the oldest of them", async () => {
			const counts: number[] = [];
			for (let count = 0; count < 12; count++) {
				await page.goto("/login");
				await follow(button("GitHub"));
				counts.push((await flowCookies(context)).length);
			}
			expect(counts.at(-1)).toBeGreaterThan(1);
			expect(counts.at(-1)).toBe(counts.at(-2));
		});

		test("the server action accepts only a form of the app, and only a known provider", async () => {
			await page.goto("/login");
			const form = await hiddenFields(page);
			const send = (origin: string, provider: string) =>
				context.request.post("/login", {
					headers: { origin },
					multipart: { ...form, provider },
					maxRedirects: 0,
				});
			for (const elsewhere of ["https://evil.example", "https://appleid.apple.com", "null"])
				expect((await send(elsewhere, "github")).status()).toBe(403);
			expect(await flowCookies(context)).toEqual([]);

			const own = await send(app.origin, "github");
			expect(own.status()).toBe(303);
			expect(own.headers()["set-cookie"]).toContain("Max-Age=600");
			expect(own.headers().location).toContain(app.told("GitHub").split(" ").at(-1));
			const nobody = await send(app.origin, "nobody");
			expect(nobody.headers().location).toMatch(/\/problem\/NOT_FOUND$/);
		});
	});

	test("a form is accepted by the URL that users open, whatever a proxy in front of the app sends", async () => {
		const origin = "https://example.com";
		const proxied = await launch(example, { ORIGIN: origin });
		const local = `http://localhost:${proxied.port}`;
		await page.goto(`${local}/login`);
		const form = await hiddenFields(page);
		const send = (headers: Record<string, string>) =>
			context.request.post(`${local}/login`, {
				headers,
				multipart: { ...form, provider: "github" },
				maxRedirects: 0,
			});
		const response = await send({ origin });
		expect(response.status()).toBe(303);
		expect(response.headers()["set-cookie"]).toMatch(/^__Host-oauth\.github\..*; Secure/);
		expect((await send({ origin: local })).status()).toBe(403);
		expect((await send({ origin: local, "x-forwarded-host": `localhost:${proxied.port}` })).status()).toBe(
			403,
		);
		await proxied.interrupt();
	});

	test("the content security policy allows all scripts of the app", async () => {
		const refused: string[] = [];
		page.on("console", (message) => {
			if (message.text().includes("Content Security Policy")) refused.push(message.text());
		});
		page.on("pageerror", (error) => refused.push(error.message));
		await signIn(page, "github", ada);
		for (const path of ["/", "/problem/FLOW_MISSING", "/nowhere"]) await page.goto(path);
		await context.clearCookies();
		await page.goto("/login");
		expect(refused).toEqual([]);

		const nonces = await Promise.all([0, 1].map(async () => nonceOf(await context.request.get("/login"))));
		expect(new Set(nonces).size).toBe(2);
	});

	test("an idle session is renewed, and an expired one ends", async () => {
		const session = async () => (await context.cookies(app.origin))[0]?.value;
		await signIn(page, "github", ada);
		const first = await session();
		await page.goto("/");
		expect(await session()).toBe(first);

		changeDatabase("UPDATE auth_session SET active_expires = 0");
		await page.goto("/");
		await expectHeading(page, ada.name);
		expect(await session()).toMatch(/^\w{40}$/);
		expect(await session()).not.toBe(first);

		changeDatabase("UPDATE auth_session SET active_expires = 0, idle_expires = 0");
		await page.goto("/");
		expect(page.url()).toBe(`${app.origin}/login`);
		expect(await context.cookies(app.origin)).toEqual([]);
	});

	test("an unexpected error leads to a page that shows nothing of it", async () => {
		await signIn(page, "github", ada);
		changeDatabase("ALTER TABLE auth_key RENAME TO elsewhere");
		expect((await page.goto("/"))?.status()).toBe(500);
		await expectHeading(page, "Something went wrong");
		expect(await shown(page)).not.toContain("auth_key");
		expect(await problemAfter(page, () => page.goto("/login/github").then(() => choose(page, ada)))).toEqual({
			status: 500,
			heading: "Something went wrong",
		});
		changeDatabase("ALTER TABLE elsewhere RENAME TO auth_key");
		await page.goto("/");
		await expectHeading(page, ada.name);
	});
});

/** Returns the fields by which a browser without scripts names the server action. */
function hiddenFields(page: Page): Promise<Record<string, string>> {
	return page
		.locator("form input[type=hidden]")
		.evaluateAll((inputs) =>
			Object.fromEntries((inputs as HTMLInputElement[]).map(({ name, value }) => [name, value])),
		);
}

function nonceOf(response: { headers(): Record<string, string> }) {
	return /'nonce-([^']+)'/.exec(response.headers()["content-security-policy"] ?? "")?.[1];
}
