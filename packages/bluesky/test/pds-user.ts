import type { Internet } from "./internet.ts";
import { PASSWORD } from "./pds.ts";

/** A user in one browser at their server's sign-in page. Does what the page does, and returns the URL that it leads to. */
export class PdsUser {
	readonly #internet: Internet;
	readonly #handle: string;
	readonly #cookies = new Map<string, string>();

	constructor(internet: Internet, handle: string) {
		this.#internet = internet;
		this.#handle = handle;
	}

	async agree(authorizationUrl: string): Promise<URL> {
		await this.#open(authorizationUrl);
		const { account } = await this.#post(authorizationUrl, "sign-in", {
			username: this.#handle,
			password: PASSWORD,
			locale: "en",
			remember: true,
		});
		return this.#leave(await this.#post(authorizationUrl, "consent", { did: account.did }));
	}

	async refuse(authorizationUrl: string): Promise<URL> {
		await this.#open(authorizationUrl);
		return this.#leave(await this.#post(authorizationUrl, "reject", {}));
	}

	async #open(url: string): Promise<void> {
		const page = await this.#internet.browse(url, {
			headers: {
				"sec-fetch-site": "cross-site",
				"sec-fetch-mode": "navigate",
				"sec-fetch-dest": "document",
				cookie: this.#cookie(),
			},
		});
		if (page.status !== 200) throw new Error(`${page.status} at ${url}: ${page.body}`);
		this.#keep(page.cookies);
	}

	// biome-ignore lint/suspicious/noExplicitAny: the page's own interface
	async #post(page: string, name: string, body: object): Promise<any> {
		const { origin } = new URL(page);
		const response = await this.#internet.browse(`${origin}/@atproto/oauth-provider/~api/${name}`, {
			method: "POST",
			headers: {
				"content-type": "application/json",
				"sec-fetch-site": "same-origin",
				"sec-fetch-mode": "same-origin",
				"sec-fetch-dest": "empty",
				origin,
				referer: page,
				cookie: this.#cookie(),
				"x-csrf-token": this.#cookies.get("csrf-token") ?? "",
			},
			body: JSON.stringify(body),
		});
		this.#keep(response.cookies);
		if (response.status !== 200) throw new Error(`${response.status} from ${name}: ${response.body}`);
		return JSON.parse(response.body);
	}

	#cookie(): string {
		return [...this.#cookies].map((pair) => pair.join("=")).join("; ");
	}

	#keep(cookies: string[]): void {
		for (const cookie of cookies) {
			const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
			this.#cookies.set(name, value);
		}
	}

	/** Reads the redirect URI and its parameters from the page's last URL. */
	#leave({ url }: { url: string }): URL {
		const { redirect_mode, redirect_uri = "", ...params } = Object.fromEntries(new URL(url).searchParams);
		return new URL(`${redirect_uri}?${new URLSearchParams(params)}`);
	}
}
