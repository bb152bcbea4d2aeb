import { expect } from "vitest";
import { providers } from "../../launcher/src/providers.ts";
import {
	cancel,
	choose,
	flowCookies,
	follow,
	heading,
	makeOlder,
	post,
	problemAfter,
	shown,
} from "../browser.ts";
import type { ExampleTest } from "./example-test.ts";

export function testFailures(test: ExampleTest): void {
	test.for(providers)(
		"a sign-in that the user cancels at $name ends on a page without $name's words",
		async ({ id }, { origin, context, page, printed }) => {
			await page.goto(`/login/${id}`);
			expect(await problemAfter(page, () => cancel(page))).toEqual({
				status: 403,
				heading: "You cancelled the sign-in",
			});
			expect(await shown(page)).not.toMatch(/access_denied|user_cancelled|denied your application/i);
			expect(await page.content()).not.toMatch(/access_denied|user_cancelled|denied your application/);
			expect(page.url()).toBe(`${origin}/problem/ACCESS_DENIED`);
			expect(printed()).toContain("ACCESS_DENIED");
			// The sign-in has ended, so nothing is left of it.
			expect(await context.cookies(origin)).toEqual([]);
			await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
			expect(page.url()).toBe(`${origin}/login`);
		},
	);

	test.for(["github", "apple"])(
		"a callback without the flow's cookie is refused: %s",
		async (id, { origin, context, page, someone, readUsers }) => {
			const before = await readUsers();
			await page.goto(`/login/${id}`);
			await context.clearCookies();
			expect(await problemAfter(page, () => choose(page, someone()))).toEqual({
				status: 400,
				heading: "This sign-in can’t be completed here",
			});
			expect(await readUsers()).toEqual(before);
			await follow(page.getByRole("link", { name: "Go to the sign-in page" }));
			expect(page.url()).toBe(`${origin}/login`);
		},
	);

	test("a callback after more than ten minutes is refused", async ({ context, page, someone, readUsers }) => {
		const before = await readUsers();
		await page.goto("/login/github");
		await makeOlder(context, 601);
		expect(await problemAfter(page, () => choose(page, someone()))).toEqual({
			status: 400,
			heading: "The sign-in took too long",
		});
		expect(await readUsers()).toEqual(before);
		expect(await flowCookies(context)).toEqual([]);
	});

	test("a callback that is not a valid authorization response is refused", async ({ page }) => {
		for (const [id, query] of [
			["github", ""],
			["github", "?code=1"],
			["github", "?state=1"],
			["github", "?code=1&code=2&state=3"],
			// Apple responds by POST.
			["apple", "?code=1&state=2"],
		]) {
			const response = await page.goto(`/login/${id}/callback${query}`);
			expect(response?.status()).toBe(400);
			expect(await heading(page)).toBe("You can’t open this page directly");
		}
	});

	test.for(providers)(
		"a code that $name refuses ends on a page with neither the code nor $name's words",
		async ({ id }, { origin, context, page, printed }) => {
			await page.goto(`/login/${id}`);
			const forged = { code: "forged-code", state: new URL(page.url()).searchParams.get("state") ?? "" };
			const callback = `${origin}/login/${id}/callback`;
			expect(
				await problemAfter(page, () =>
					id === "apple"
						? post(page, callback, forged)
						: page.goto(`${callback}?${new URLSearchParams(forged)}`),
				),
			).toEqual({ status: 502, heading: "The sign-in service didn’t respond as expected" });
			expect(await page.content()).not.toMatch(
				/forged-code|incorrect|expired|bad_verification|invalid_grant|invalid .*code/i,
			);
			expect(page.url()).toBe(`${origin}/problem/FAILED_REQUEST`);
			expect(printed()).toContain("FAILED_REQUEST");
			expect(printed()).not.toContain("forged-code");
			expect(await flowCookies(context)).toEqual([]);
		},
	);

	test("a page shows no words that its URL contains", async ({ page }) => {
		await page.goto("/login/github");
		const state = new URL(page.url()).searchParams.get("state");
		for (const path of [
			`/login/github/callback?error=server_error&error_description=Call+555-0100&state=${state}`,
			"/problem/ACCESS_DENIED?message=Call+555-0100",
			"/problem/Call%20555-0100",
		]) {
			const response = await page.goto(path);
			expect(response?.status()).toBeGreaterThanOrEqual(400);
			expect(await shown(page)).not.toContain("555-0100");
		}
	});
}
