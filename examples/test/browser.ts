import { type Browser, type BrowserContext, chromium, type Locator, type Page } from "playwright-core";
import { expect } from "vitest";
import type { Person } from "../launcher/src/people.ts";

const disabledFeatures = [
	// The popups of the address bar: nobody sees them, and each tab loads them for longer than its pages.
	"WebUIOmniboxPopup",
	"WebUIOmniboxAimPopup",
	// Playwright's own list, because Chromium takes only the last one that it is given.
	"AvoidUnnecessaryBeforeUnloadCheckSync",
	"DestroyProfileOnBrowserClose",
	"HttpsUpgrades",
	"HttpsFirstBalancedModeAutoEnable",
	"LensOverlay",
	"MediaRouter",
	"PaintHolding",
	"ThirdPartyStoragePartitioning",
	"AvoidCorsURLLoaderRestartOnRedirect",
	"OptimizationHints",
	"NetworkTimeServiceQuerying",
	"AimEnabled",
	"PreconnectToSearch",
];

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
			// Only this machine can be reached.
			"--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
			`--disable-features=${disabledFeatures.join(",")}`,
		],
	});
}

/** Clicks a link or a button: here each of them leads to another page. */
export async function follow(target: Locator) {
	await Promise.all([target.page().waitForEvent("load"), target.click()]);
}

/** Chooses an account at the emulated provider, and waits until the browser is back at the app. */
export async function choose(page: Page, { email }: Person) {
	await leave(page, page.locator("button", { hasText: email }));
}

/** Cancels at the emulated provider, and waits until the browser is back at the app. */
export async function cancel(page: Page) {
	await leave(page, page.getByRole("button", { name: "Cancel" }));
}

/** Waits for the host, because Apple's response passes through a page that submits itself. */
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

/** Returns the status and the heading of the problem page that an action leads to. */
export async function problemAfter(page: Page, action: () => Promise<unknown>) {
	const [response] = await Promise.all([page.waitForResponse(/\/problem\//), action()]);
	return { status: response.status(), heading: await heading(page) };
}

export async function expectHeading(page: Page, name: string) {
	expect(await page.getByRole("heading", { name, exact: true }).isVisible()).toBe(true);
}

/** Returns the heading of a page, of which each page has one. */
export async function heading(page: Page) {
	expect(await page.locator("h1").count()).toBe(1);
	return page.locator("h1").textContent();
}

/** Returns the page without its scripts, because some frameworks put the URL into them. */
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

/** Makes the pending sign-ins that many seconds older. */
export async function makeOlder(context: BrowserContext, seconds: number) {
	for (const cookie of await flowCookies(context)) {
		const [startedAt = "", flow] = cookie.value.split(".");
		const value = `${(Number.parseInt(startedAt, 36) - seconds * 1000).toString(36)}.${flow}`;
		await context.addCookies([{ ...cookie, value }]);
	}
}

/** Submits a form from the page's site to another site. */
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
