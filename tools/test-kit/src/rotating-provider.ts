import { randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { Tokens } from "@oauth/core";

/** What a rotating provider does with a refresh that it would grant. */
export type Mood =
	| "ok"
	/** Grants it, and closes the connection in place of the response. */
	| "broken"
	/** Grants it, and responds when `respond()` is called. */
	| "held"
	/** Does nothing, and never responds. */
	| "silent"
	| { status: number; headers?: Record<string, string>; answer?: unknown };

export interface RotatingProviderOptions {
	/** How long an access token is valid, in milliseconds. @default 3_600_000 */
	lifetime?: number;
	/** How long a used refresh token can be used again, in milliseconds: the response is the same. @default 0 */
	leeway?: number;
}

/** A user's grant at the provider. */
interface Grant {
	user: string;
	isAlive: boolean;
	refreshToken: string;
	accessToken: string;
	issuedAt: number;
	/** The response to the last refresh token that was used, and until when it is given again. */
	previous?: { refreshToken: string; until: number };
}

/**
 * A provider that treats refresh tokens as strictly as any: each is for one use, and a second use ends the grant. It counts
 * how often each was sent.
 */
export class RotatingProvider {
	readonly #options: Required<RotatingProviderOptions>;
	readonly #server = createServer((request, response) => {
		this.#receive(request, response).catch(() => response.destroy());
	});
	/** By every refresh token that was ever issued. */
	readonly #grants = new Map<string, Grant>();
	readonly #accessTokens = new Map<string, { grant: Grant; until: number }>();
	readonly #held: (() => void)[] = [];
	readonly #silent: ServerResponse[] = [];
	/** How often each refresh token was sent. */
	readonly sent = new Map<string, number>();
	/** The users whose grant ended because a refresh token was used twice. */
	readonly ended: string[] = [];
	/** The tokens that were revoked. */
	readonly revoked: string[] = [];
	/** How many refreshes were granted. */
	refreshes = 0;
	/** How many refreshes were granted although more than a quarter of the access token's life was left. */
	early = 0;
	/** How many requests to the API came with a token that is not valid. */
	refusals = 0;
	/** Decides about each refresh. */
	mood: (user: string) => Mood = () => "ok";

	constructor({ lifetime = 3_600_000, leeway = 0 }: RotatingProviderOptions = {}) {
		this.#options = { lifetime, leeway };
	}

	async start(): Promise<this> {
		// A connection must not be closed under a process that stands still: its request would not arrive.
		this.#server.keepAliveTimeout = 60_000;
		await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
		return this;
	}

	async stop(): Promise<void> {
		this.#server.closeAllConnections();
		await new Promise((resolve) => this.#server.close(resolve));
	}

	get url(): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
	}

	/** How many refresh tokens were sent more than once. */
	get repeats(): number {
		return [...this.sent.values()].filter((count) => count > 1).length;
	}

	/** Makes a grant of this user, as a sign-in does, and returns its tokens. */
	signIn(user: string): Tokens {
		const grant = { user, isAlive: true, refreshToken: "", accessToken: "", issuedAt: 0 };
		const { access_token, refresh_token, expires_in } = this.#issue(grant);
		return {
			accessToken: access_token,
			refreshToken: refresh_token,
			tokenType: "Bearer",
			expiresAt: new Date(Date.now() + expires_in * 1000),
			raw: { access_token, refresh_token, expires_in },
		};
	}

	/** Responds to a refresh that is held: the first one. */
	respond(): void {
		this.#held.shift()?.();
	}

	/** Closes the connections of those who wait for a silent provider. */
	hangUp(): void {
		for (const response of this.#silent.splice(0)) response.destroy();
	}

	/** How many refreshes are held. */
	get held(): number {
		return this.#held.length;
	}

	#issue(grant: Grant) {
		grant.refreshToken = `refresh-${randomBytes(16).toString("hex")}`;
		grant.accessToken = `access-${randomBytes(16).toString("hex")}`;
		grant.issuedAt = Date.now();
		this.#grants.set(grant.refreshToken, grant);
		this.#accessTokens.set(grant.accessToken, { grant, until: Date.now() + this.#options.lifetime });
		return this.#answer(grant);
	}

	#answer({ accessToken, refreshToken }: Grant) {
		return {
			access_token: accessToken,
			refresh_token: refreshToken,
			token_type: "Bearer",
			expires_in: this.#options.lifetime / 1000,
		};
	}

	async #receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const form = new URLSearchParams(await text(request));
		if (request.url === "/token") return this.#refresh(`${form.get("refresh_token")}`, response);
		if (request.url === "/revoke") {
			this.revoked.push(`${form.get("token")}`);
			const grant = this.#grants.get(`${form.get("token")}`);
			if (grant) grant.isAlive = false;
			return sendJson(response, 200, {});
		}
		const [, token = ""] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
		const { grant, until = 0 } = this.#accessTokens.get(token) ?? {};
		if (grant?.isAlive && Date.now() <= until) return sendJson(response, 200, { user: grant.user });
		this.refusals++;
		sendJson(response, 401, { error: "invalid_token" });
	}

	#refresh(refreshToken: string, response: ServerResponse): void {
		this.sent.set(refreshToken, (this.sent.get(refreshToken) ?? 0) + 1);
		const grant = this.#grants.get(refreshToken);
		const mood = this.mood(grant?.user ?? "");
		if (mood === "silent") return void this.#silent.push(response);
		if (typeof mood === "object")
			return void sendJson(response, mood.status, mood.answer ?? {}, mood.headers);

		const { previous } = grant ?? {};
		const isRepeated = previous?.refreshToken === refreshToken && Date.now() <= previous.until;
		if (!grant?.isAlive || (grant.refreshToken !== refreshToken && !isRepeated)) {
			if (grant?.isAlive) {
				grant.isAlive = false;
				this.ended.push(grant.user);
			}
			return void sendJson(response, 400, { error: "invalid_grant" });
		}
		if (!isRepeated) {
			this.refreshes++;
			if (Date.now() - grant.issuedAt < this.#options.lifetime * 0.75) this.early++;
			grant.previous = { refreshToken, until: Date.now() + this.#options.leeway };
			this.#issue(grant);
		}
		const answer = this.#answer(grant);
		if (mood === "broken") response.destroy();
		else if (mood === "held") this.#held.push(() => sendJson(response, 200, answer));
		else sendJson(response, 200, answer);
	}
}

function sendJson(
	response: ServerResponse,
	status: number,
	answer: unknown,
	headers: Record<string, string> = {},
): void {
	response.writeHead(status, { "content-type": "application/json", ...headers }).end(JSON.stringify(answer));
}
