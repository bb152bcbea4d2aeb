import type { Page } from "playwright-core";
import { expect } from "vitest";
import { accounts, choose, expectHeading, follow, signIn, signOut } from "../browser.ts";
import type { DatabaseModule } from "../examples.ts";
import type { ExampleTest } from "./example-test.ts";

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });
const permissions = (page: Page) => page.locator(".accounts code").allTextContents();
const notice = async (page: Page) =>
	(await page.getByRole("status").textContent())?.replace(/\s+/g, " ").trim();

/** Returns the repositories that the page shows, in order of their names: all of them were changed at once. */
async function repositories(page: Page) {
	return (await page.locator(".repositories a").allTextContents()).sort();
}

function repositoriesOf({ login }: { login: string }) {
	return ["analytical-engine", "compiler", "dotfiles"].map((name) => `${login}/${name}`);
}

/** Removes the app in the user's settings at the emulated GitHub. */
async function removeApp(page: Page) {
	const repository = await page.locator(".repositories a").first().getAttribute("href");
	await page.goto(`${new URL(`${repository}`).origin}/settings/connections/applications/demo-client`);
	await follow(button(page, "Revoke access"));
}

export function testConnections(test: ExampleTest, { readGrants }: DatabaseModule): void {
	test("a user sees their repositories, and gives the app a permission that later sign-ins keep", async ({
		app,
		origin,
		page,
		someone,
	}) => {
		const ada = someone();
		await page.setViewportSize({ width: 320, height: 640 });
		await page.goto("/connections");
		expect(page.url()).toBe(`${origin}/login`);
		await signIn(page, "github", ada);
		await follow(page.getByRole("link", { name: "Connected accounts" }));
		await expectHeading(page, "Connected accounts");
		expect(await repositories(page)).toEqual(repositoriesOf(ada));
		expect(await permissions(page)).toEqual(["user:email"]);

		await follow(button(page, "Add private repositories"));
		await choose(page, ada);
		expect(page.url()).toBe(`${origin}/connections`);
		expect(await permissions(page)).toEqual(["user:email", "repo"]);
		expect(await button(page, "Add private repositories").count()).toBe(0);
		expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);

		await page.goto("/");
		await signOut(page);
		await signIn(page, "github", ada);
		await page.goto("/connections");
		expect(await permissions(page)).toEqual(["user:email", "repo"]);
		expect(await repositories(page)).toEqual(repositoriesOf(ada));

		const stored = await readGrants?.(app.told("Database"));
		expect(stored).not.toEqual([]);
		// Each token of GitHub begins so.
		expect(JSON.stringify(stored)).not.toContain("gho_");
	});

	test("a user disconnects GitHub, still signs in with it, and connects it again", async ({
		page,
		someone,
	}) => {
		const ada = someone();
		await signIn(page, "github", ada);
		await page.goto("/connections");
		await follow(button(page, "Disconnect GitHub"));
		expect(await notice(page)).toBe("Disconnected.");
		expect(await page.getByText("Connect GitHub to see them.").isVisible()).toBe(true);
		expect(await repositories(page)).toEqual([]);
		await page.goto("/");
		expect(await accounts(page)).toEqual(["GitHub"]);
		await page.goto("/connections");
		expect(await page.getByRole("status").count()).toBe(0);
		await follow(button(page, "Connect GitHub"));
		await choose(page, ada);
		expect(await repositories(page)).toEqual(repositoriesOf(ada));
	});

	test("a user who removes the app at GitHub is asked to connect again", async ({ page, someone }) => {
		const ada = someone();
		await signIn(page, "github", ada);
		await page.goto("/connections");
		await removeApp(page);
		await page.goto("/connections");
		expect(await page.getByText("GitHub no longer accepts the connection.").isVisible()).toBe(true);
		expect(await repositories(page)).toEqual([]);
		await follow(button(page, "Connect again to GitHub"));
		await choose(page, ada);
		expect(await page.getByText("no longer accepts").count()).toBe(0);
		expect(await repositories(page)).toEqual(repositoriesOf(ada));

		await removeApp(page);
		await page.goto("/connections");
		await follow(button(page, "Disconnect GitHub"));
		expect(await notice(page)).toMatch(/^Disconnected\. GitHub could not be told: remove this app/);
	});

	test("a user connects and disconnects Google, Apple and Discord", async ({ page, someone }) => {
		const ada = someone();
		await signIn(page, "google", ada);
		await page.goto("/connections");
		expect(await permissions(page)).toEqual(["openid", "profile", "email"]);
		for (const provider of ["Apple", "Discord"]) {
			await follow(button(page, `Connect ${provider}`));
			await choose(page, ada);
		}
		expect((await permissions(page)).slice(3)).toEqual(["name", "email", "identify", "email"]);
		for (const provider of ["Google", "Apple", "Discord"]) {
			await follow(button(page, `Disconnect ${provider}`));
			expect(await notice(page)).toBe("Disconnected.");
		}
		expect(await permissions(page)).toEqual([]);
	});

	test("connecting and disconnecting work only from a form of the app, for a user who is signed in", async ({
		origin,
		context,
		page,
		someone,
	}) => {
		for (const action of ["connect", "private-repositories", "disconnect"]) {
			const path = `/connections/github/${action}`;
			const post = (from: string) =>
				context.request.post(path, { headers: { origin: from }, form: {}, maxRedirects: 0 });
			expect((await post(origin)).headers().location).toBe("/problem/NOT_SIGNED_IN");
			expect((await context.request.get(path)).status()).toBe(405);
			for (const elsewhere of ["https://evil.example", "https://appleid.apple.com", "null"]) {
				expect((await post(elsewhere)).status()).toBe(403);
			}
		}
		await signIn(page, "github", someone());
		await context.request.post("/connections/github/disconnect", {
			headers: { origin: "https://evil.example" },
			form: {},
		});
		await page.goto("/connections");
		expect(await permissions(page)).toEqual(["user:email"]);
	});
}
