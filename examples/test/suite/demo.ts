import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { expect } from "vitest";
import { forward } from "../../launcher/src/forward.ts";
import { close, findFreePort, isTaken, listen } from "../../launcher/src/listen.ts";
import type { Person } from "../../launcher/src/people.ts";
import { emulateProviders, providers } from "../../launcher/src/providers.ts";
import { expectHeading, problemAfter, signIn } from "../browser.ts";
import { type DatabaseModule, folder } from "../examples.ts";
import { launch } from "../launch.ts";
import { type ExampleTest, people } from "./example-test.ts";

export function testDemo(test: ExampleTest, name: string, database: DatabaseModule): void {
	const example = join(folder, name);

	test("the demo starts without settings and users, takes the next free port, and ends on Ctrl-C", async ({
		browser,
	}) => {
		const port = await findFreePort();
		const PORT = `${port}`;
		const launched = launch(example, { PORT });
		while (!(await isTaken(port))) await setTimeout(5);
		// With credentials the provider is the real one. This one can't be reached.
		const nobody = `http://127.0.0.1:${await findFreePort()}`;
		const google = { GOOGLE_CLIENT_ID: "id", GOOGLE_CLIENT_SECRET: "secret", GOOGLE_ISSUER: nobody };
		const [first, second] = await Promise.all([launched, launch(example, { PORT, ...google })]);
		expect(second.port).toBeGreaterThan(first.port);
		expect(second.told("Google")).toBe(`real; the callback URL is ${second.origin}/login/google/callback`);

		for (const app of [first, second]) {
			const response = await fetch(`${app.origin}/login`);
			expect(await response.text()).toMatch(
				/Continue with GitHub.*Continue with Google.*Continue with Apple.*Continue with Discord/s,
			);
			expect(await database.readUsers(app.told("Database"))).toEqual([]);
		}

		const context = await browser.newContext({ baseURL: second.origin });
		const page = await context.newPage();
		expect(await problemAfter(page, () => page.goto("/login/google"))).toEqual({
			status: 502,
			heading: "The sign-in service didn’t respond as expected",
		});
		expect(await page.content()).not.toContain(nobody);
		await context.close();

		for (const [app, names] of [
			[first, ["GitHub", "Google", "Apple", "Discord"]],
			[second, ["GitHub", "Apple", "Discord"]],
		] as const) {
			const ports = [app.port, ...names.map((provider) => Number(app.told(provider).split(":").at(-1)))];
			expect(await Promise.all(ports.map((each) => isTaken(each)))).toEqual(ports.map(() => true));
			expect(await app.interrupt()).toEqual({ code: 0, signal: null });
			expect(await Promise.all(ports.map((each) => isTaken(each)))).toEqual(ports.map(() => false));
		}
	});

	test("a request that comes before the app is loaded waits for it", async () => {
		expect(await requestEarly(example)).toBe(200);
	});

	// Only where two processes can share a database.
	if (database.setting)
		test("a sign-in that one process began is completed by another", async ({ browser }) => {
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
}

/** Launches an example, requests a page of it as soon as its port accepts connections, and returns the status. */
async function requestEarly(example: string): Promise<number> {
	const port = await findFreePort();
	const launched = launch(example, { PORT: `${port}` });
	const status = await firstResponse(`http://localhost:${port}/login`);
	const app = await launched;
	await app.interrupt();
	// Otherwise another process took the port first, and may have responded.
	return app.port === port ? status : requestEarly(example);
}

/** Sends requests until a server listens, and returns the status of its response. */
async function firstResponse(url: string): Promise<number> {
	try {
		return (await fetch(url)).status;
	} catch {
		await setTimeout(5);
		return firstResponse(url);
	}
}
