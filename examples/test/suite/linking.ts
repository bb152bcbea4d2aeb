import { expect } from "vitest";
import {
	accounts,
	choose,
	expectHeading,
	flowCookies,
	follow,
	link,
	problemAfter,
	signIn,
	signOut,
} from "../browser.ts";
import type { ExampleTest } from "./example-test.ts";

export function testLinking(test: ExampleTest): void {
	test("linking an account that the user already has changes nothing", async ({
		page,
		someone,
		readUsers,
	}) => {
		const ada = someone();
		await signIn(page, "github", ada);
		const before = await readUsers();
		await link(page, "GitHub", ada);
		expect(await accounts(page)).toEqual(["GitHub"]);
		expect(await readUsers()).toEqual(before);
	});

	test.for([
		["google", "Google"],
		["apple", "Apple"],
	] as const)(
		"linking is refused for an account that belongs to another user: %s",
		async ([id, provider], { page, someone, readUsers }) => {
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
		},
	);

	test("linking is refused for a visitor who is not signed in, and for a user who has signed out meanwhile", async ({
		origin,
		context,
		page,
		someone,
		readUsers,
	}) => {
		const response = await context.request.post("/login/google/link", { headers: { origin }, form: {} });
		expect(response.status()).toBe(403);
		expect(await response.text()).toContain("Sign in first");

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
				heading: "This sign-in can’t be completed here",
			});
			expect(await readUsers()).toEqual(before);
			expect(await flowCookies(context)).toEqual([]);
		}
	});

	test.for([
		{ id: "google", provider: "Google", first: "has signed out" },
		{ id: "google", provider: "Google", first: "is still signed in" },
		{ id: "apple", provider: "Apple", first: "has signed out" },
		{ id: "apple", provider: "Apple", first: "is still signed in" },
	])(
		"linking $id is refused after another user has signed in, when the first user $first",
		async ({ id, provider, first }, { origin, context, page, someone, readUsers, printed }) => {
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
				heading: "This sign-in can’t be completed here",
			});
			expect(await readUsers()).toEqual(before);
			expect(printed()).toContain("FLOW_MISMATCH");
			// The other user's session is the only cookie.
			expect(await context.cookies(origin)).toHaveLength(1);
			await tab.goto("/");
			await expectHeading(tab, other.name);
			expect(await accounts(tab)).toEqual(["GitHub"]);

			await signOut(tab);
			await signIn(tab, id, ada);
			expect(await accounts(tab)).toEqual([provider]);
		},
	);
}
