/** A browser without a face: keeps cookies for one site, and follows its redirects until one leaves it. */
export class Browser {
	readonly #cookies = new Map<string, string>();
	readonly #origin: string;

	constructor(origin: string) {
		this.#origin = origin;
	}

	/** The page at an address, or the address of another site that it leads to. */
	async open(address: string, form?: Record<string, string>): Promise<{ url: string; html?: string }> {
		const url = new URL(address, this.#origin).href;
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
		const location = response.headers.get("location");
		return location ? this.open(new URL(location, url).href) : { url, html: await response.text() };
	}

	/** Sends the first form of a page that has this text in it, with these fields besides its hidden ones. */
	async submit(page: { url: string; html?: string }, text: string, fields: Record<string, string> = {}) {
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
