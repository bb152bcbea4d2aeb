import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Person } from "../launcher/src/people.ts";

export function startBrowser(): Promise<Browser> {
	return chromium.launch({
		executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
		args: [
			"--no-sandbox",
			"--disable-gpu",
			"--disable-quic",
			"--no-first-run",
			"--disable-background-networking",
			"--disable-component-update",
			"--disable-sync",
			// There is nothing but this machine.
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
		],
	});
}

/** Every link and every button here leads to another page. */
export async function follow(target: Locator) {
	await Promise.all([target.page().waitForEvent("load"), target.click()]);
}

/** At the emulated provider: until the app has the browser again. */
export async function choose(page: Page, { email }: Person) {
	await leave(page, page.locator("button", { hasText: email }));
}

export async function cancel(page: Page) {
	await leave(page, page.getByRole("button", { name: "Cancel" }));
}

/** Apple's answer goes by way of a page that sends itself on. */
async function leave(page: Page, target: Locator) {
	await Promise.all([page.waitForURL((url) => url.hostname === "localhost"), target.click()]);
}

export async function signIn(page: Page, providerId: string, person: Person) {
	await page.goto(`/login/${providerId}`);
	await choose(page, person);
	await expectHeading(page, "Linked accounts");
}

export async function link(page: Page, provider: string, person: Person) {
	await follow(page.getByRole("button", { name: `Link ${provider}` }));
	await choose(page, person);
}

export async function signOut(page: Page) {
	await follow(page.getByRole("button", { name: "Sign out" }));
	await expectHeading(page, "Sign in");
}

/** What the server answers when a problem's page is shown next. */
export async function problemAfter(page: Page, action: () => Promise<unknown>) {
	const [answer] = await Promise.all([page.waitForResponse(/\/problem\//), action()]);
	return { status: answer.status(), heading: await heading(page) };
}

export async function expectHeading(page: Page, name: string) {
	expect(await page.getByRole("heading", { name, exact: true }).isVisible()).toBe(true);
}

/** There is one on each page. */
export async function heading(page: Page) {
	expect(await page.locator("h1").count()).toBe(1);
	return page.locator("h1").textContent();
}

/** The page without its scripts: in theirs some frameworks keep the URL. */
export function shown(page: Page) {
	return page.evaluate(() => {
		const copy = document.documentElement.cloneNode(true) as HTMLElement;
		for (const script of copy.querySelectorAll("script")) script.remove();
		return copy.outerHTML;
	});
}

export function accounts(page: Page) {
	return page.locator(".accounts li span").allTextContents();
}

export async function flowCookies(context: BrowserContext) {
	const cookies = await context.cookies();
	return cookies.filter(({ name }) => name.startsWith("oauth."));
}

/** Lets that many seconds pass for the sign-ins under way. */
export async function makeOlder(context: BrowserContext, seconds: number) {
	for (const cookie of await flowCookies(context)) {
		const [startedAt = "", flow] = cookie.value.split(".");
		const value = `${(Number.parseInt(startedAt, 36) - seconds * 1000).toString(36)}.${flow}`;
		await context.addCookies([{ ...cookie, value }]);
	}
}

/** Sends a form from the page's own site to another one. */
export async function post(page: Page, url: string, fields: Record<string, string>) {
	await Promise.all([
		page.waitForURL((current) => current.origin === new URL(url).origin),
		page.evaluate(
			([action, entries]) => {
				const form = document.createElement("form");
				Object.assign(form, { method: "POST", action });
				for (const [name, value] of entries)
					form.append(Object.assign(document.createElement("input"), { name, value }));
				document.body.append(form);
				form.submit();
			},
			[url, Object.entries(fields)] as const,
		),
	]);
}
