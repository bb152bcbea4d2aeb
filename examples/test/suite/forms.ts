import { expect } from "vitest";
import { expectHeading, post, signIn } from "../browser.ts";
import type { ExampleTest } from "./example-test.ts";

const otherSites = ["https://evil.example", "https://appleid.apple.com", "null"];

export function testForms(test: ExampleTest): void {
	test("linking starts only from a form of the app", async ({ origin, context, page, someone }) => {
		await signIn(page, "github", someone());
		for (const id of ["google", "apple"]) {
			expect((await context.request.get(`/login/${id}/link`)).status()).toBe(405);
			for (const elsewhere of otherSites) {
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

	test("signing out works only from a form of the app", async ({ context, page, someone }) => {
		const ada = someone();
		await signIn(page, "github", ada);
		expect((await context.request.get("/logout")).status()).toBe(405);
		for (const elsewhere of otherSites) {
			const headers = { origin: elsewhere };
			expect((await context.request.post("/logout", { headers, form: {} })).status()).toBe(403);
		}
		await page.goto("/");
		await expectHeading(page, ada.name);
	});

	test("a form of Apple's site is accepted at Apple's callback, and nowhere else", async ({
		origin,
		context,
		page,
		someone,
	}) => {
		const ada = someone();
		await signIn(page, "github", ada);
		await page.goto("/login/apple");
		const response = page.waitForResponse((candidate) => candidate.request().method() === "POST");
		await post(page, `${origin}/logout`, {});
		expect((await response).status()).toBe(403);
		const headers = { origin: "https://evil.example" };
		const form = { code: "1", state: "2" };
		expect((await context.request.post("/login/apple/callback", { headers, form })).status()).toBe(403);
		await page.goto("/");
		await expectHeading(page, ada.name);
	});
}
