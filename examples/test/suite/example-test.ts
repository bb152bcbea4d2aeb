import { join } from "node:path";
import { test } from "vitest";
import type { Person } from "../../launcher/src/people.ts";
import { startBrowser } from "../browser.ts";
import { type DatabaseModule, folder } from "../examples.ts";
import { launchWithProviders } from "../launch.ts";

/** The tests of one file share an app, so each test takes people of its own. */
const population: Person[] = Array.from({ length: 40 }, (_, index) => ({
	login: `ada-${index}`,
	name: `Ada Lovelace ${index}`,
	email: `ada-${index}@example.com`,
}));
export const nia: Person = {
	login: "nia",
	name: "Nia Newcomer",
	email: "nia@example.net",
	emailVerified: false,
};
export const grace: Person = {
	login: "grace",
	name: "Grace Hopper",
	email: "grace@example.org",
	hidesEmail: true,
};
export const people = [...population, nia, grace];

/** `test` with the example's app and a browser. */
export function exampleTest(name: string, { readUsers }: DatabaseModule) {
	return (
		test
			// biome-ignore lint/correctness/noEmptyPattern: Vitest reads the dependencies from the pattern.
			.extend("browser", { scope: "file" }, async ({}, { onCleanup }) => {
				const browser = await startBrowser();
				onCleanup(() => browser.close());
				return browser;
			})
			.extend("example", { scope: "file" }, join(folder, name))
			.extend("app", { scope: "file" }, async ({ example }, { onCleanup }) => {
				const { app, stop } = await launchWithProviders(example, people);
				onCleanup(stop);
				return app;
			})
			.extend("origin", { scope: "file" }, ({ app }) => app.origin)
			.extend("someone", { scope: "file" }, () => {
				let next = 0;
				/** Returns a person whom every provider knows and the app doesn't. */
				return () => population[next++] as Person;
			})
			.extend("context", async ({ browser, origin }, { onCleanup }) => {
				const context = await browser.newContext({ baseURL: origin });
				onCleanup(() => context.close());
				return context;
			})
			.extend("page", ({ context }) => context.newPage())
			.extend("printed", ({ app }) => {
				const { length } = app.output();
				/** Returns what the app has printed during the test. */
				return () => app.output().slice(length);
			})
			.extend(
				"readUsers",
				({ app }) =>
					() =>
						readUsers(app.told("Database")),
			)
			.extend("usersOf", ({ app }) => async ({ email }: Person) => {
				const users = await readUsers(app.told("Database"));
				return users.filter((user) => user.email === email);
			})
	);
}

export type ExampleTest = ReturnType<typeof exampleTest>;
