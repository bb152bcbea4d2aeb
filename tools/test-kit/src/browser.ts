export interface Page {
	url: string;
	/** Absent for a page of another site. */
	html?: string;
}

/** A headless browser for one site: keeps its cookies, and follows redirects until one leaves the site. */
export class Browser {
	readonly #cookies = new Map<string, string>();
	readonly #origin: string;

	constructor(origin: string) {
		this.#origin = origin;
	}

	/** Returns the page at a URL, or the URL on another site that it redirects to. */
	async open(location: string, form?: Record<string, string>): Promise<Page> {
		const url = new URL(location, this.#origin).href;
		if (!url.startsWith(this.#origin)) return { url };
		const response = await fetch(url, {
			method: form ? "POST" : "GET",
			...(form && { body: new URLSearchParams(form) }),
			headers: { cookie: [...this.#cookies].map((pair) => pair.join("=")).join("; ") },
			redirect: "manual",
		});
		for (const cookie of response.headers.getSetCookie()) {
			const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			this.#cookies.set(name, value);
		}
		const next = response.headers.get("location");
		return next ? this.open(new URL(next, url).href) : { url, html: await response.text() };
	}

	/** Submits the page's first form that contains this text, with these fields in addition to its hidden ones. */
	async submit(page: Page, text: string, fields: Record<string, string> = {}): Promise<Page> {
		const form = page.html?.match(/<form[\s\S]*?<\/form>/g)?.find((html) => html.includes(text));
		if (!form) throw new Error(`no form with ${text} at ${page.url}:\n${page.html}`);
		const hidden = [...form.matchAll(/<input[^>]*>/g)].map(([input]) => [
			attribute(input, "name"),
			attribute(input, "value"),
		]);
		const action = new URL(attribute(form, "action") || page.url, page.url).href;
		return this.open(action, { ...Object.fromEntries(hidden), ...fields });
	}
}

function attribute(html: string, name: string): string {
	const value = new RegExp(`${name}="([^"]*)"`).exec(html)?.[1] ?? "";
	return value.replaceAll("&amp;", "&").replaceAll("&quot;", '"');
}
