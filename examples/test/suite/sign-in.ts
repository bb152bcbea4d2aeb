import { expect } from "vitest";
import {
	accounts,
	choose,
	expectHeading,
	flowCookies,
	follow,
	heading,
	link,
	signIn,
	signOut,
} from "../browser.ts";
import { type ExampleTest, grace, nia } from "./example-test.ts";

export function testSignIn(test: ExampleTest): void {
	test("a user signs in, signs out, comes back as the same user, and links the accounts of all other providers", async ({
		origin,
		context,
		page,
		someone,
		usersOf,
	}) => {
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
		// The session's cookie is the only one: nothing is left of the sign-ins and the links.
		expect(await context.cookies(origin)).toHaveLength(1);

		for (const id of ["google", "apple", "discord"]) {
			await signOut(page);
			await signIn(page, id, ada);
			expect(await accounts(page)).toEqual(all);
		}
		expect(await usersOf(ada)).toEqual([{ ...first[0], accounts: expect.any(Array) }]);
	});

	test.for(["google", "apple", "discord"])(
		"the first sign-in with %s creates a user",
		async (id, { page, someone, usersOf }) => {
			const ada = someone();
			await signIn(page, id, ada);
			await expectHeading(page, ada.name);
			expect(await page.getByText("Verified e-mail").isVisible()).toBe(true);
			expect(await usersOf(ada)).toMatchObject([
				{ name: ada.name, emailVerified: true, accounts: [expect.stringMatching(`^${id}:.`)] },
			]);
		},
	);

	test("an e-mail address that the provider doesn't vouch for is not verified", async ({ page, usersOf }) => {
		await signIn(page, "google", nia);
		expect(await page.getByText("E-mail not verified").isVisible()).toBe(true);
		expect(await usersOf(nia)).toMatchObject([{ emailVerified: false }]);
	});

	test("a user who hides their e-mail address from the app gets Apple's relay address", async ({ page }) => {
		await signIn(page, "apple", grace);
		await expectHeading(page, grace.name);
		expect(await page.getByText(/@privaterelay\.appleid\.com$/).isVisible()).toBe(true);
		expect(await page.content()).not.toContain(grace.email);
	});

	test("two accounts with the same e-mail address become two users", async ({ page, someone, usersOf }) => {
		const ada = someone();
		await signIn(page, "github", ada);
		await signOut(page);
		await signIn(page, "google", ada);
		expect(await accounts(page)).toEqual(["Google"]);
		expect(await usersOf(ada)).toHaveLength(2);
	});

	test("two sign-ins in two tabs can be completed in either order", async ({
		context,
		page,
		someone,
		usersOf,
	}) => {
		const ada = someone();
		const other = await context.newPage();
		await page.goto("/login/github");
		await other.goto("/login/github");
		await choose(other, ada);
		await expectHeading(other, ada.name);
		await choose(page, ada);
		await expectHeading(page, ada.name);
		expect(await usersOf(ada)).toHaveLength(1);
		// Both have ended, so nothing is left of them.
		expect(await flowCookies(context)).toEqual([]);
	});

	test("many unfinished sign-ins retire the oldest of them", async ({ context, page, someone }) => {
		for (let count = 0; count < 4; count++)
			for (const id of ["google", "apple", "discord", "github"]) await page.goto(`/login/${id}`);
		const flows = await flowCookies(context);
		expect(flows.length).toBeGreaterThan(1);
		// Those of all providers together stay far below every server's limit for headers.
		expect(flows.map(({ name, value }) => `${name}=${value}`).join("; ").length).toBeLessThan(4096);
		const ada = someone();
		await choose(page, ada);
		await expectHeading(page, ada.name);
	});

	test("a sign-in goes on to a page of the app, and to no other site", async ({ origin, page, someone }) => {
		const ada = someone();
		for (const id of ["github", "apple"]) {
			await page.goto(`/login/${id}?redirectTo=/somewhere%3Ftab=2`);
			await choose(page, ada);
			expect(page.url()).toBe(`${origin}/somewhere?tab=2`);
			expect(await heading(page)).toBe("Page not found");
		}
		for (const elsewhere of ["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:1"]) {
			await page.goto(`/login/github?redirectTo=${encodeURIComponent(elsewhere)}`);
			await choose(page, ada);
			expect(page.url()).toBe(`${origin}/`);
			await expectHeading(page, ada.name);
		}
	});

	test("an image starts no sign-in, and a prefetch spends no code", async ({
		origin,
		context,
		page,
		someone,
		printed,
	}) => {
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
}
