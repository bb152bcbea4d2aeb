import { expect } from "vitest";
import { accounts, expectHeading, heading, link, signIn, signOut } from "../browser.ts";
import type { ExampleTest } from "./example-test.ts";

export function testPages(test: ExampleTest): void {
	test("an unknown URL shows a page that says so", async ({ page }) => {
		for (const path of [
			"/nowhere",
			"/login/nobody",
			"/login/nobody/callback?code=1&state=2",
			"/problem/toString",
		]) {
			expect((await page.goto(path))?.status()).toBe(404);
			expect(await heading(page)).toBe("Page not found");
		}
	});

	test("every page fits a narrow screen", async ({ page, someone }) => {
		await page.setViewportSize({ width: 320, height: 640 });
		const width = () => page.evaluate(() => document.documentElement.scrollWidth);
		await page.goto("/login");
		expect(await width()).toBe(320);
		await page.goto("/problem/FLOW_MISSING");
		expect(await width()).toBe(320);
		await signIn(page, "google", someone());
		expect(await width()).toBe(320);
	});

	test("the sign-in page loads nothing from other sites, and allows no foreign script or frame", async ({
		origin,
		page,
	}) => {
		const requested: string[] = [];
		page.on("request", (request) => requested.push(request.url()));
		const response = await page.goto("/login");
		expect(requested.filter((url) => !url.startsWith(`${origin}/`))).toEqual([]);
		const headers = response?.headers() ?? {};
		const policy = headers["content-security-policy"];
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain("frame-ancestors 'none'");
		expect(policy).toContain("base-uri 'none'");
		expect(policy).not.toMatch(/script-src[^;]*'unsafe-|unsafe-eval/);
		expect(headers["cache-control"]).toContain("no-store");
		expect(headers["x-content-type-options"]).toBe("nosniff");
	});

	test("signing in, linking and signing out need no script", async ({ browser, origin, someone }) => {
		const ada = someone();
		const context = await browser.newContext({ baseURL: origin, javaScriptEnabled: false });
		const page = await context.newPage();
		await signIn(page, "github", ada);
		await link(page, "Google", ada);
		expect(await accounts(page)).toEqual(["GitHub", "Google"]);
		await signOut(page);
		for (const path of ["/nowhere", "/problem/toString"]) {
			await page.goto(path);
			await expectHeading(page, "Page not found");
		}
		await context.close();
	});
}
