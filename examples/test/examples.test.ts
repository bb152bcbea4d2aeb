import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { EmulatedProvider } from "../launcher/src/emulators.ts";
import { forward } from "../launcher/src/forward.ts";
import { close, findFreePort, listen } from "../launcher/src/listen.ts";
import type { Person } from "../launcher/src/people.ts";
import { emulateProviders, providers } from "../launcher/src/providers.ts";
import {
	accounts,
	cancel,
	choose,
	expectHeading,
	flowCookies,
	follow,
	heading,
	link,
	makeOlder,
	post,
	problemAfter,
	shown,
	signIn,
	signOut,
	startBrowser,
} from "./browser.ts";
import { examples, folder } from "./examples.ts";
import { cleanUp, type LaunchedApp, launch } from "./launch.ts";

/** They share an app, so each test takes people of its own. */
const population: Person[] = Array.from({ length: 40 }, (_, index) => ({
	login: `ada-${index}`,
	name: `Ada Lovelace ${index}`,
	email: `ada-${index}@example.com`,
}));
const nia: Person = { login: "nia", name: "Nia Newcomer", email: "nia@example.net", emailVerified: false };
const grace: Person = { login: "grace", name: "Grace Hopper", email: "grace@example.org", hidesEmail: true };
const people = [...population, nia, grace];

let browser: Browser;
beforeAll(async () => {
	browser = await startBrowser();
});
afterAll(async () => {
	await cleanUp();
	await browser?.close();
});

describe.each(examples)("examples/$name", ({ name, database }) => {
	const example = join(folder, name);

	describe("in the browser", () => {
		let emulated: Map<string, EmulatedProvider>;
		let app: LaunchedApp;
		let origin: string;
		let context: BrowserContext;
		let page: Page;
		let next = 0;
		let printedBefore: number;

		beforeAll(async () => {
			const PORT = `${await findFreePort()}`;
			emulated = await emulateProviders(`http://localhost:${PORT}`, providers, people);
			const settings = [...emulated.values()].map(({ env }) => env);
			app = await launch(example, Object.assign({ PORT }, ...settings));
			origin = app.origin;
		});
		afterAll(async () => {
			await app?.interrupt();
			for (const provider of emulated?.values() ?? []) await provider.close();
		});

		beforeEach(async () => {
			printedBefore = app.output().length;
			context = await browser.newContext({ baseURL: origin });
			page = await context.newPage();
		});
		afterEach(() => context.close());

		/** Somebody who hasn't been here yet, whom every provider knows. */
		const someone = () => population[next++] as Person;
		const printed = () => app.output().slice(printedBefore);
		const readUsers = () => database.readUsers(app.told("Database"));
		const usersOf = async ({ email }: Person) => (await readUsers()).filter((user) => user.email === email);

		test("signs in, signs out, comes back as the same user, and links accounts of all the others", async () => {
			const ada = someone();
			await page.goto("/");
			expect(page.url()).toBe(`${origin}/login`);
			await follow(page.getByRole("link", { name: "Continue with GitHub" }));
			await choose(page, ada);
			await expectHeading(page, ada.name);
			expect(await page.getByText(ada.email).isVisible()).toBe(true);
			expect(await page.getByText("Verified e-mail").isVisible()).toBe(true);
			expect(await accounts(page)).toEqual(["GitHub"]);
			const width = await page.locator("img").evaluate((img: HTMLImageElement) => img.naturalWidth);
			expect(width).toBeGreaterThan(0);

			const first = await usersOf(ada);
			expect(first).toMatchObject([
				{ name: ada.name, emailVerified: true, accounts: [expect.stringMatching(/^github:\d/)] },
			]);

			await signOut(page);
			await page.goto("/");
			expect(page.url()).toBe(`${origin}/login`);

			await signIn(page, "github", ada);
			expect(await usersOf(ada)).toEqual(first);

			for (const provider of ["Google", "Apple", "Discord"]) await link(page, provider, ada);
			const all = ["GitHub", "Google", "Apple", "Discord"];
			expect(await accounts(page)).toEqual(all);
			// Nothing is left of the sign-ins, and nothing of the links: there is the session, and no more.
			expect(await context.cookies(origin)).toHaveLength(1);

			for (const id of ["google", "apple", "discord"]) {
				await signOut(page);
				await signIn(page, id, ada);
				expect(await accounts(page)).toEqual(all);
			}
			expect(await usersOf(ada)).toEqual([{ ...first[0], accounts: expect.any(Array) }]);
		});

		test.each(["google", "apple", "discord"])("makes a user of somebody who comes by %s", async (id) => {
			const ada = someone();
			await signIn(page, id, ada);
			await expectHeading(page, ada.name);
			expect(await page.getByText("Verified e-mail").isVisible()).toBe(true);
			expect(await usersOf(ada)).toMatchObject([
				{ name: ada.name, emailVerified: true, accounts: [expect.stringMatching(`^${id}:.`)] },
			]);
		});

		test("tells an e-mail that the provider doesn't vouch for", async () => {
			await signIn(page, "google", nia);
			expect(await page.getByText("E-mail not verified").isVisible()).toBe(true);
			expect(await usersOf(nia)).toMatchObject([{ emailVerified: false }]);
		});

		test("takes the e-mail address that Apple forwards from", async () => {
			await signIn(page, "apple", grace);
			await expectHeading(page, grace.name);
			expect(await page.getByText(/@privaterelay\.appleid\.com$/).isVisible()).toBe(true);
			expect(await page.content()).not.toContain(grace.email);
		});

		test("makes two users of two people with one e-mail address", async () => {
			const ada = someone();
			await signIn(page, "github", ada);
			await signOut(page);
			await signIn(page, "google", ada);
			expect(await accounts(page)).toEqual(["Google"]);
			expect(await usersOf(ada)).toHaveLength(2);
		});

		test("links the same account once more without harm", async () => {
			const ada = someone();
			await signIn(page, "github", ada);
			const before = await readUsers();
			await link(page, "GitHub", ada);
			expect(await accounts(page)).toEqual(["GitHub"]);
			expect(await readUsers()).toEqual(before);
		});

		test.each([
			["google", "Google"],
			["apple", "Apple"],
		])("refuses to link an account that belongs to another user: %s", async (id, provider) => {
			const [ada, other] = [someone(), someone()];
			await signIn(page, id, other);
			await signOut(page);
			await signIn(page, "github", ada);
			const before = await readUsers();

			expect(await problemAfter(page, () => link(page, provider, other))).toEqual({
				status: 409,
				heading: "That account belongs to another user",
			});
			expect(await readUsers()).toEqual(before);

			await follow(page.getByRole("link", { name: "Back to your account" }));
			await expectHeading(page, ada.name);
			expect(await accounts(page)).toEqual(["GitHub"]);
		});

		test.each(providers)("takes a no for an answer from $name", async ({ id }) => {
			await page.goto(`/login/${id}`);
			expect(await problemAfter(page, () => cancel(page))).toEqual({
				status: 403,
				heading: "You said no, and that’s fine",
			});
			expect(await shown(page)).not.toMatch(/access_denied|user_cancelled|denied your application/i);
			expect(await page.content()).not.toMatch(/access_denied|user_cancelled|denied your application/);
			expect(page.url()).toBe(`${origin}/problem/ACCESS_DENIED`);
			expect(printed()).toContain("ACCESS_DENIED");
			// It is over, however it has ended.
			expect(await context.cookies(origin)).toEqual([]);
			await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
			expect(page.url()).toBe(`${origin}/login`);
		});

		test("finishes sign-ins in two tabs, in either order", async () => {
			const ada = someone();
			const other = await context.newPage();
			await page.goto("/login/github");
			await other.goto("/login/github");
			await choose(other, ada);
			await expectHeading(other, ada.name);
			await choose(page, ada);
			await expectHeading(page, ada.name);
			expect(await usersOf(ada)).toHaveLength(1);
			// Both are over, so nothing of them is left.
			expect(await flowCookies(context)).toEqual([]);
		});

		test("retires the oldest of many sign-ins that nobody finished", async () => {
			for (let count = 0; count < 4; count++)
				for (const id of ["google", "apple", "discord", "github"]) await page.goto(`/login/${id}`);
			const flows = await flowCookies(context);
			expect(flows.length).toBeGreaterThan(1);
			// All providers' together: no server's limit for headers is near.
			expect(flows.map(({ name, value }) => `${name}=${value}`).join("; ").length).toBeLessThan(4096);
			const ada = someone();
			await choose(page, ada);
			await expectHeading(page, ada.name);
		});

		test.each(["github", "apple"])("says so when the sign-in isn't one of this browser: %s", async (id) => {
			const before = await readUsers();
			await page.goto(`/login/${id}`);
			await context.clearCookies();
			expect(await problemAfter(page, () => choose(page, someone()))).toEqual({
				status: 400,
				heading: "This sign-in can’t be finished here",
			});
			expect(await readUsers()).toEqual(before);
			await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
			expect(page.url()).toBe(`${origin}/login`);
		});

		test("says so when it took too long", async () => {
			const before = await readUsers();
			await page.goto("/login/github");
			await makeOlder(context, 601);
			expect(await problemAfter(page, () => choose(page, someone()))).toEqual({
				status: 400,
				heading: "That took a little too long",
			});
			expect(await readUsers()).toEqual(before);
			expect(await flowCookies(context)).toEqual([]);
		});

		test("refuses a callback that answers nothing", async () => {
			for (const [id, query] of [
				["github", ""],
				["github", "?code=1"],
				["github", "?state=1"],
				["github", "?code=1&code=2&state=3"],
				// Apple's comes by POST.
				["apple", "?code=1&state=2"],
			]) {
				const answer = await page.goto(`/login/${id}/callback${query}`);
				expect(answer?.status()).toBe(400);
				expect(await heading(page)).toBe("You can’t open this page directly");
			}
		});

		test.each(providers)("shows neither $name's words nor the code when it refuses", async ({ id }) => {
			await page.goto(`/login/${id}`);
			const answer = { code: "forged-code", state: new URL(page.url()).searchParams.get("state") ?? "" };
			const callback = `${origin}/login/${id}/callback`;
			expect(
				await problemAfter(page, () =>
					id === "apple"
						? post(page, callback, answer)
						: page.goto(`${callback}?${new URLSearchParams(answer)}`),
				),
			).toEqual({ status: 502, heading: "The sign-in service didn’t answer as it should" });
			expect(await page.content()).not.toMatch(
				/forged-code|incorrect|expired|bad_verification|invalid_grant|invalid .*code/i,
			);
			expect(page.url()).toBe(`${origin}/problem/FAILED_REQUEST`);
			expect(printed()).toContain("FAILED_REQUEST");
			expect(printed()).not.toContain("forged-code");
			expect(await flowCookies(context)).toEqual([]);
		});

		test("shows no words that a URL brings along", async () => {
			await page.goto("/login/github");
			const state = new URL(page.url()).searchParams.get("state");
			for (const path of [
				`/login/github/callback?error=server_error&error_description=Call+555-0100&state=${state}`,
				"/problem/ACCESS_DENIED?message=Call+555-0100",
				"/problem/Call%20555-0100",
			]) {
				const answer = await page.goto(path);
				expect(answer?.status()).toBeGreaterThanOrEqual(400);
				expect(await shown(page)).not.toContain("555-0100");
			}
		});

		test("goes on to a page of its own, and to no other", async () => {
			const ada = someone();
			for (const id of ["github", "apple"]) {
				await page.goto(`/login/${id}?redirectTo=/somewhere%3Ftab=2`);
				await choose(page, ada);
				expect(page.url()).toBe(`${origin}/somewhere?tab=2`);
				expect(await heading(page)).toBe("There is nothing here");
			}
			for (const elsewhere of [
				"//evil.example",
				"https://evil.example/",
				"/\\evil.example",
				"javascript:1",
			]) {
				await page.goto(`/login/github?redirectTo=${encodeURIComponent(elsewhere)}`);
				await choose(page, ada);
				expect(page.url()).toBe(`${origin}/`);
				await expectHeading(page, ada.name);
			}
		});

		test("begins to link by a form of its own only", async () => {
			await signIn(page, "github", someone());
			for (const id of ["google", "apple"]) {
				expect((await context.request.get(`/login/${id}/link`)).status()).toBe(405);
				for (const elsewhere of ["https://evil.example", "https://appleid.apple.com", "null"]) {
					const forged = await context.request.post(`/login/${id}/link`, {
						headers: { origin: elsewhere },
						form: {},
						maxRedirects: 0,
					});
					expect(forged.status()).toBe(403);
				}
			}
			expect(await context.cookies(origin)).toHaveLength(1);
		});

		test("signs out by a form of its own only", async () => {
			const ada = someone();
			await signIn(page, "github", ada);
			expect((await context.request.get("/logout")).status()).toBe(405);
			for (const elsewhere of ["https://evil.example", "https://appleid.apple.com", "null"]) {
				const headers = { origin: elsewhere };
				expect((await context.request.post("/logout", { headers, form: {} })).status()).toBe(403);
			}
			await page.goto("/");
			await expectHeading(page, ada.name);
		});

		test("lets the forms of Apple's site in where it answers, and nowhere else", async () => {
			const ada = someone();
			await signIn(page, "github", ada);
			await page.goto("/login/apple");
			const response = page.waitForResponse((answer) => answer.request().method() === "POST");
			await post(page, `${origin}/logout`, {});
			expect((await response).status()).toBe(403);
			const headers = { origin: "https://evil.example" };
			const form = { code: "1", state: "2" };
			expect((await context.request.post("/login/apple/callback", { headers, form })).status()).toBe(403);
			await page.goto("/");
			await expectHeading(page, ada.name);
		});

		test("links for somebody who is signed in only", async () => {
			const answer = await context.request.post("/login/google/link", { headers: { origin }, form: {} });
			expect(answer.status()).toBe(403);
			expect(await answer.text()).toContain("Sign in first");

			for (const provider of ["Google", "Apple"]) {
				const ada = someone();
				await signIn(page, "github", ada);
				await follow(page.getByRole("button", { name: `Link ${provider}` }));
				const other = await context.newPage();
				await other.goto("/");
				await signOut(other);
				const before = await readUsers();
				expect(await problemAfter(page, () => choose(page, ada))).toEqual({
					status: 400,
					heading: "This sign-in can’t be finished here",
				});
				expect(await readUsers()).toEqual(before);
				expect(await flowCookies(context)).toEqual([]);
			}
		});

		test.each([
			{ id: "google", provider: "Google", first: "has signed out" },
			{ id: "google", provider: "Google", first: "is still signed in" },
			{ id: "apple", provider: "Apple", first: "has signed out" },
			{ id: "apple", provider: "Apple", first: "is still signed in" },
		])(
			"links $id to no user who has signed in meanwhile, where the first $first",
			async ({ id, provider, first }) => {
				const [ada, other] = [someone(), someone()];
				await signIn(page, "github", ada);
				await follow(page.getByRole("button", { name: `Link ${provider}` }));

				const tab = await context.newPage();
				await tab.goto("/");
				if (first === "has signed out") await signOut(tab);
				await signIn(tab, "github", other);
				const before = await readUsers();
				expect(await problemAfter(page, () => choose(page, ada))).toEqual({
					status: 400,
					heading: "This sign-in can’t be finished here",
				});
				expect(await readUsers()).toEqual(before);
				expect(printed()).toContain("FLOW_MISMATCH");
				// There is the other user's session, and no more.
				expect(await context.cookies(origin)).toHaveLength(1);
				await tab.goto("/");
				await expectHeading(tab, other.name);
				expect(await accounts(tab)).toEqual(["GitHub"]);

				await signOut(tab);
				await signIn(tab, id, ada);
				expect(await accounts(tab)).toEqual([provider]);
			},
		);

		test("begins nothing for an image, and spends no code on a prefetch", async () => {
			await page.goto("/login");
			const image = page.waitForResponse(/\/login\/github$/);
			await page.evaluate(() => {
				document.body.append(Object.assign(new Image(), { src: "/login/github" }));
			});
			expect((await image).status()).toBe(403);
			expect(await context.cookies(origin)).toEqual([]);

			const ada = someone();
			await page.goto("/login/github");
			const state = `${new URL(page.url()).searchParams.get("state")}`;
			const prefetch = await context.request.get("/login/github/callback", {
				params: { code: "1", state },
				headers: { "sec-purpose": "prefetch" },
				maxRedirects: 0,
			});
			expect(prefetch.status()).toBe(403);
			expect(printed()).toBe("");
			await choose(page, ada);
			await expectHeading(page, ada.name);
		});

		test("has a page for URLs that lead nowhere", async () => {
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
			await signIn(page, "google", someone());
			expect(await width()).toBe(320);
		});

		test("loads nothing from elsewhere, and lets no stranger's script in or frame around", async () => {
			const requested: string[] = [];
			page.on("request", (request) => requested.push(request.url()));
			const answer = await page.goto("/login");
			expect(requested.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
			const headers = answer?.headers() ?? {};
			const policy = headers["content-security-policy"];
			expect(policy).toContain("default-src 'none'");
			expect(policy).toContain("frame-ancestors 'none'");
			expect(policy).toContain("base-uri 'none'");
			expect(policy).not.toMatch(/script-src[^;]*'unsafe-|unsafe-eval/);
			expect(headers["cache-control"]).toContain("no-store");
			expect(headers["x-content-type-options"]).toBe("nosniff");
		});

		test("needs no script", async () => {
			const ada = someone();
			const plain = await browser.newContext({ baseURL: origin, javaScriptEnabled: false });
			const plainPage = await plain.newPage();
			await signIn(plainPage, "github", ada);
			await link(plainPage, "Google", ada);
			expect(await accounts(plainPage)).toEqual(["GitHub", "Google"]);
			await signOut(plainPage);
			for (const path of ["/nowhere", "/problem/toString"]) {
				await plainPage.goto(path);
				await expectHeading(plainPage, "There is nothing here");
			}
			await plain.close();
		});
	});

	test("starts with nothing set and nobody in it, takes the next free port, and ends by Ctrl-C", async () => {
		const first = await launch(example);
		// With credentials it is the real one. This one can't be reached.
		const nobody = `http://127.0.0.1:${await findFreePort()}`;
		const second = await launch(example, {
			PORT: `${first.port}`,
			GOOGLE_CLIENT_ID: "id",
			GOOGLE_CLIENT_SECRET: "secret",
			GOOGLE_ISSUER: nobody,
		});
		expect(second.port).toBeGreaterThan(first.port);
		expect(second.told("Google")).toBe(`real; its callback is ${second.origin}/login/google/callback`);

		for (const app of [first, second]) {
			const answer = await fetch(`${app.origin}/login`);
			expect(await answer.text()).toMatch(
				/Continue with GitHub.*Continue with Google.*Continue with Apple.*Continue with Discord/s,
			);
			expect(await database.readUsers(app.told("Database"))).toEqual([]);
		}

		const context = await browser.newContext({ baseURL: second.origin });
		const page = await context.newPage();
		expect(await problemAfter(page, () => page.goto("/login/google"))).toEqual({
			status: 502,
			heading: "The sign-in service didn’t answer as it should",
		});
		expect(await page.content()).not.toContain(nobody);
		await context.close();

		for (const [app, names] of [
			[first, ["GitHub", "Google", "Apple", "Discord"]],
			[second, ["GitHub", "Apple", "Discord"]],
		] as const) {
			const ports = [app.port, ...names.map((name) => Number(app.told(name).split(":").at(-1)))];
			expect(await Promise.all(ports.map(isTaken))).toEqual(ports.map(() => true));
			expect(await app.interrupt()).toEqual({ code: 0, signal: null });
			expect(await Promise.all(ports.map(isTaken))).toEqual(ports.map(() => false));
		}
	});

	test("keeps nobody waiting forever who comes before it has started", async () => {
		const PORT = `${await findFreePort()}`;
		const launched = launch(example, { PORT });
		expect(await firstAnswer(`http://localhost:${PORT}/login`)).toBe(200);
		await (await launched).interrupt();
	});

	// Where two processes can share a database.
	if (database.setting)
		test("finishes in one process what another began", async () => {
			const answeredBy: string[] = [];
			const ports = { begins: 0, finishes: 0 };
			const balancer = createServer((request, response) => {
				const which = request.url?.startsWith("/login/github/callback") ? "finishes" : "begins";
				answeredBy.push(`${request.url?.split("?")[0]} ${which}`);
				forward(ports[which], request, response);
			});
			const origin = `http://localhost:${await listen(balancer)}`;
			const emulated = [...(await emulateProviders(origin, providers, people)).values()];
			const settings = Object.assign({ ORIGIN: origin }, ...emulated.map(({ env }) => env));
			const begins = await launch(example, settings);
			const shared = begins.told("Database");
			const finishes = await launch(example, { ...settings, [database.setting ?? ""]: shared });
			Object.assign(ports, { begins: begins.port, finishes: finishes.port });

			const context = await browser.newContext({ baseURL: origin });
			const page = await context.newPage();
			const [ada] = people as [Person];
			await signIn(page, "github", ada);
			await expectHeading(page, ada.name);
			expect(answeredBy.slice(0, 3)).toEqual([
				"/login/github begins",
				"/login/github/callback finishes",
				"/ begins",
			]);
			expect(await database.readUsers(shared)).toHaveLength(1);

			await context.close();
			await Promise.all([
				finishes.interrupt(),
				...emulated.map((provider) => provider.close()),
				close(balancer),
			]);
			await begins.interrupt();
		});
});

/** Asks until somebody listens there. */
async function firstAnswer(url: string): Promise<number> {
	try {
		return (await fetch(url)).status;
	} catch {
		await setTimeout(5);
		return firstAnswer(url);
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
