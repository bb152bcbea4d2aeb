import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { SignIn } from "@oauth/core";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { replaceTokens, tokensOf } from "./issued-tokens.js";
import type { Recording, UserPost } from "./recording.js";
import { paramsOf } from "./request-params.js";

/** An app that is registered at the provider. */
export interface RegisteredClient {
	clientId: string;
	clientSecret: string;
	redirectUri: string;
}

/** The app that is registered by default. */
export const CLIENT: RegisteredClient = {
	clientId: "client-id-of-the-app",
	clientSecret: "s3cr3t of-the-app-+/=:",
	redirectUri: "http://localhost:3000/login/callback",
};

/** One pair for all fake providers, because packages cache keys beyond one test. */
const keys = generateKeyPair("RS256", { extractable: true });

/** A request that the fake provider received. */
export interface ReceivedRequest {
	method: string;
	/** The URL at the real provider, such as `https://github.com/login/oauth/access_token`. */
	url: string;
	headers: IncomingMessage["headers"];
	body: string;
	/** The reason why the fake provider refused it; absent if it did not. */
	refusal?: string;
}

/** A response in place of the recording's. */
export interface Substitute {
	/** @default 200 */
	status?: number;
	headers?: Record<string, string>;
	/** Sent as JSON. */
	answer?: unknown;
	/** Sent as it is in place of JSON, by default as HTML. */
	text?: string;
	/** In place of a response, the connection is closed (`broken`) or stays open (`silent`) until the client gives up. */
	connection?: "broken" | "silent";
	/** The number of requests after which the recording is back. @default never */
	times?: number;
}

/** The provider's responses about a user, by URL, and the claims of the ID token as `id_token`. */
export type UserAnswers = Record<string, unknown>;

interface PendingCode {
	redirectUri: string | null;
	challenge: string | null;
	nonce: string | null;
	user: UserAnswers | undefined;
	/** The parameters of the token request beyond the standard ones. */
	params: Record<string, string>;
}

interface ProviderResponse extends Substitute {
	refusal?: string;
}

/**
 * A provider on loopback that serves a recording over real HTTP, as strictly as the strictest real one: it refuses an
 * unknown URL, another client authentication, a missing redirect URI, a wrong code verifier, an authorization code or a
 * rotated refresh token that is used twice, and a token in a URL.
 */
export class FakeProvider {
	/** The requests received, in order. */
	readonly requests: ReceivedRequest[] = [];
	/** The responses in place of the recording's, by URL. */
	readonly substitutes = new Map<string, Substitute>();
	/** The claims of the ID token. `aud`, `iat`, `exp` and `nonce` are added unless they are set. */
	idTokenClaims: Record<string, unknown> = {};
	/** The `fetch` for a provider's config, which sends every request to loopback. `reset` replaces it. */
	fetch: typeof fetch = fetch;
	readonly #recording: Recording;
	readonly #client: RegisteredClient;
	readonly #server = createServer((incoming, outgoing) => {
		// A client that disconnects during its request needs no response.
		this.#receive(incoming, outgoing).catch(() => outgoing.destroy());
	});
	readonly #codes = new Map<string, PendingCode>();
	/** By access token. `undefined` stands for the recorded user. */
	readonly #users = new Map<string, UserAnswers | undefined>();
	/** By refresh token. */
	readonly #grants = new Map<string, UserAnswers | undefined>();
	#count = 0;
	#resets = 0;

	constructor(recording: Recording, client = CLIENT) {
		this.#recording = recording;
		this.#client = client;
		this.reset();
	}

	async start(): Promise<void> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
	}

	async stop(): Promise<void> {
		if (!this.#server.listening) return;
		this.#server.close();
		this.#server.closeAllConnections();
		await once(this.#server, "close");
	}

	/** Forgets everything that happened. `fetch` is a new function then, so a package's caches start empty too. */
	reset(): void {
		const { token, idToken } = this.#recording;
		this.#resets++;
		this.requests.length = 0;
		this.substitutes.clear();
		this.#codes.clear();
		this.#users.clear();
		this.#grants.clear();
		this.#users.set(`${tokensOf(this.#recording, token.answer).access_token}`, undefined);
		this.#grants.set(this.refreshToken, undefined);
		this.idTokenClaims = idToken?.claims ?? {};
		const resets = this.#resets;
		this.fetch = async (input, init) => {
			if (resets !== this.#resets) throw new Error("the fake provider was reset: use its new fetch");
			return fetch(this.addressOf(String(input)), init);
		};
	}

	/** A refresh token of the recorded user. One that was not issued is refused as no longer valid. */
	get refreshToken(): string {
		const { refresh_token } = tokensOf(this.#recording, this.#recording.token.answer);
		return `${refresh_token ?? "refresh-token-of-the-user"}`;
	}

	/** Returns the loopback URL that stands for a URL until the next `reset`. */
	addressOf(url: string): string {
		const { port } = this.#server.address() as AddressInfo;
		return `http://127.0.0.1:${port}/${this.#resets}/${encodeURIComponent(url)}`;
	}

	/**
	 * Approves an authorization request as the user: checks it, and returns the callback's URL with its parameters.
	 *
	 * @param user the responses about another user than the recorded one
	 * @throws Error which names the parameter that is wrong
	 */
	authorize(authorizationUrl: string, user?: UserAnswers): URL {
		const { authorization, token } = this.#recording;
		const { clientId, redirectUri } = this.#client;
		const { origin, pathname, searchParams } = new URL(authorizationUrl);
		const problem = Object.entries({
			url: `${origin}${pathname}` === authorization.url,
			response_type: searchParams.get("response_type") === "code",
			client_id: searchParams.get(token.clientIdParam ?? "client_id") === clientId,
			redirect_uri: searchParams.get("redirect_uri") === redirectUri,
			code_challenge_method: !authorization.pkce || searchParams.get("code_challenge_method") === "S256",
		}).find(([, right]) => !right);
		if (problem) throw new Error(`the authorization request has a wrong ${problem[0]}: ${authorizationUrl}`);
		const code = `code-${++this.#count}-of-the-user`;
		const callback = new URL(redirectUri);
		const { callbackParams, iss } = authorization;
		const params: Record<string, string> = {
			code,
			state: searchParams.get("state") ?? "",
			...callbackParams,
			...(iss && { iss }),
		};
		for (const [name, value] of Object.entries(params)) callback.searchParams.set(name, value);
		const repeated = (token.callbackParams ?? []).map((name) => [name, params[name]]);
		this.#codes.set(code, {
			redirectUri: searchParams.get("redirect_uri"),
			challenge: searchParams.get("code_challenge"),
			nonce: searchParams.get("nonce"),
			user,
			params: { ...token.params, ...Object.fromEntries(repeated) },
		});
		return callback;
	}

	/**
	 * Approves an authorization request like `authorize`, and returns the browser's callback request.
	 *
	 * @param signIn the sign-in, whose cookies the browser sends; or its URL, for a request without cookies
	 * @param change changes the parameters of the authorization response
	 * @param user the responses about another user than the recorded one
	 */
	answer(
		signIn: string | Pick<SignIn, "url" | "cookies">,
		change: (params: URLSearchParams) => void = () => {},
		user?: UserAnswers,
	): Request {
		const { url, cookies } = typeof signIn === "string" ? { url: signIn, cookies: [] } : signIn;
		const callback = this.authorize(url, user);
		change(callback.searchParams);
		const request = this.#recording.authorization.formPost
			? new Request(this.#client.redirectUri, { method: "POST", body: callback.searchParams })
			: new Request(callback);
		const pairs = cookies.filter(({ value }) => value).map(({ name, value }) => `${name}=${value}`);
		if (pairs.length) request.headers.set("cookie", pairs.join("; "));
		return request;
	}

	async #receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const [, resets, url = ""] = (incoming.url ?? "").split("/");
		// Sent before a reset, such as in the background of an earlier test.
		if (resets !== `${this.#resets}`) return void outgoing.writeHead(410).end();
		const request: ReceivedRequest = {
			method: incoming.method ?? "",
			url: decodeURIComponent(url),
			headers: incoming.headers,
			body: "",
		};
		this.requests.push(request);
		request.body = await text(incoming);
		const response: ProviderResponse = this.#takeSubstitute(request.url) ?? (await this.#answer(request));
		if (response.refusal) request.refusal = response.refusal;
		if (response.connection === "silent") return;
		if (response.connection === "broken") return void outgoing.destroy();
		const { status = 200, headers, answer, text: sent } = response;
		const type = sent === undefined ? "application/json" : "text/html; charset=utf-8";
		outgoing.writeHead(status, { "content-type": type, ...headers });
		outgoing.end(sent ?? (answer === undefined ? "" : JSON.stringify(answer)));
	}

	#takeSubstitute(url: string): Substitute | undefined {
		const substitute = this.substitutes.get(url);
		if (substitute?.times === undefined) return substitute;
		const times = substitute.times - 1;
		if (times > 0) this.substitutes.set(url, { ...substitute, times });
		else this.substitutes.delete(url);
		return substitute;
	}

	async #answer(request: ReceivedRequest): Promise<ProviderResponse> {
		const { token, refresh, idToken, discovery, user, userPosts, revocation } = this.#recording;
		const { url, method } = request;
		if (/[?&](access_token|token|client_secret|code)=/.test(url)) return refuse("a secret is in the URL");
		if (url === token.url || url === refresh?.url) return this.#answerToken(request);
		if (url === revocation?.url && method === revocation.method)
			return this.#isAuthenticated(request, revocation.clientAuth)
				? { status: revocation.status }
				: refuse(`the client did not authenticate by ${revocation.clientAuth}`, 401);
		if (idToken?.jwks && url === idToken.jwks) {
			const { publicKey } = await keys;
			return {
				answer: { keys: [{ ...(await exportJWK(publicKey)), kid: "fake", alg: "RS256", use: "sig" }] },
			};
		}
		if (url === discovery?.url) return { answer: discovery.answer };
		const post = userPosts?.[url];
		if (!(url in user) || method !== (post ? "POST" : "GET"))
			return refuse("the recording has no response to this request", 404);
		if (request.body !== bodyOf(post)) return refuse("the body is not the recorded one");
		const [, accessToken = ""] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
		if (!this.#users.has(accessToken)) return refuse("the access token is missing or unknown", 401);
		const answers = this.#users.get(accessToken) ?? user;
		return url in answers ? { answer: answers[url] } : refuse("there is no response about this user", 404);
	}

	#answerToken(request: ReceivedRequest): ProviderResponse | Promise<ProviderResponse> {
		const { token, refresh } = this.#recording;
		const { clientAuth, body = "form" } = token;
		const params = paramsOf(request);
		if (request.method !== "POST") return refuse("the method is not POST", 405);
		const type = body === "json" ? "application/json" : "application/x-www-form-urlencoded";
		if (request.headers["content-type"]?.split(";")[0] !== type)
			return refuse(`the content type is not ${type}`);
		if (!this.#isAuthenticated(request, clientAuth))
			return refuse(`the client did not authenticate by ${clientAuth}`, 401);
		const grantType = params.grant_type;
		if (grantType === "authorization_code" && request.url === token.url) return this.#redeem(params);
		return grantType === "refresh_token" && request.url === (refresh?.url ?? token.url)
			? this.#refresh(params)
			: refuse(`the grant_type ${grantType} is unknown at this URL`);
	}

	#redeem(params: Record<string, string>): ProviderResponse | Promise<ProviderResponse> {
		const { token, tokenError } = this.#recording;
		const { code = "", code_verifier: verifier, redirect_uri: redirectUri } = params;
		const pending = this.#codes.get(code);
		const challenge = verifier ? createHash("sha256").update(verifier).digest("base64url") : null;
		const invalid = (refusal: string) => ({ ...tokenError, refusal });
		if (!pending) return invalid("the code was already used or never issued");
		if (pending.redirectUri !== redirectUri)
			return invalid("redirect_uri differs from the authorization request's");
		const wrong = wrongParam(params, pending.params);
		if (wrong) return invalid(wrong);
		if (pending.challenge !== challenge) return invalid("code_verifier does not match the code challenge");
		this.#codes.delete(code);
		const { user, nonce } = pending;
		// A user other than the recorded one gets separate tokens.
		const suffix = user ? `-${++this.#count}` : "";
		const answer = Object(user?.[token.url] ?? token.answer);
		const { access_token, refresh_token } = tokensOf(this.#recording, token.answer);
		const isRefreshable =
			!!refresh_token && tokensOf(this.#recording, answer).refresh_token === refresh_token;
		const own = replaceTokens(this.#recording, answer, {
			access_token: `${access_token}${suffix}`,
			...(isRefreshable && { refresh_token: `${refresh_token}${suffix}` }),
		});
		return this.#issue(user, own, { nonce });
	}

	#refresh(params: Record<string, string>): ProviderResponse | Promise<ProviderResponse> {
		const { refresh } = this.#recording;
		if (!refresh) return refuse("the recording has no refresh");
		const wrong = wrongParam(params, refresh.params);
		if (wrong) return refuse(wrong);
		const sent = params.refresh_token ?? "";
		if (!this.#grants.has(sent)) {
			const { status, answer } = refresh.invalidGrant ?? { status: 400, answer: { error: "invalid_grant" } };
			return {
				status,
				answer,
				refusal: "the refresh token was already used or never issued: see fake.refreshToken",
			};
		}
		const user = this.#grants.get(sent);
		if (tokensOf(this.#recording, refresh.answer).refresh_token !== undefined) this.#grants.delete(sent);
		return this.#issue(user, refresh.answer, "id_token" in refresh.answer ? {} : undefined);
	}

	/** @param idToken the claims of this ID token alone; `undefined` for no ID token */
	async #issue(
		user: UserAnswers | undefined,
		tokens: Record<string, unknown>,
		idToken: Record<string, unknown> | undefined,
	): Promise<ProviderResponse> {
		const { access_token, refresh_token } = tokensOf(this.#recording, tokens);
		this.#users.set(`${access_token}`, user);
		if (refresh_token !== undefined) this.#grants.set(`${refresh_token}`, user);
		if (!this.#recording.idToken || !idToken) return { answer: tokens };
		const claims = (user?.id_token as Record<string, unknown> | undefined) ?? this.idTokenClaims;
		return { answer: { ...tokens, id_token: await this.#sign({ ...idToken, ...claims }) } };
	}

	/** Tells whether the client authenticates in the recorded way, and in no other beside it. */
	#isAuthenticated(request: ReceivedRequest, clientAuth: string): boolean {
		const { headers } = request;
		if (clientAuth === "bearer") return /^Bearer ./.test(headers.authorization ?? "");
		const { clientIdParam = "client_id", signedClientSecret } = this.#recording.token;
		const { clientId, clientSecret } = this.#client;
		const { [clientIdParam]: id, client_secret: secret } = paramsOf(request);
		const isBasic = clientAuth === "client_secret_basic";
		const isSecret = signedClientSecret ? secret?.split(".").length === 3 : secret === clientSecret;
		return (
			headers.authorization === (isBasic ? basic(clientId, clientSecret) : undefined) &&
			id === (isBasic ? undefined : clientId) &&
			(clientAuth === "client_secret_post" ? isSecret : secret === undefined)
		);
	}

	async #sign(claims: Record<string, unknown>): Promise<string> {
		const { alg = "RS256" } = this.#recording.idToken ?? {};
		const { privateKey } = await keys;
		const key = alg === "HS256" ? new TextEncoder().encode(this.#client.clientSecret) : privateKey;
		const now = Math.floor(Date.now() / 1000);
		return new SignJWT({ aud: this.#client.clientId, iat: now, exp: now + 3600, ...claims })
			.setProtectedHeader({ alg, kid: "fake" })
			.sign(key);
	}
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basic(...credentials: string[]): string {
	return `Basic ${btoa(credentials.map(encodeURIComponent).join(":"))}`;
}

/** Says which of the provider's own parameters is missing or wrong. */
function wrongParam(sent: Record<string, string>, own: Record<string, string> = {}): string | undefined {
	const wrong = Object.keys(own).find((name) => sent[name] !== own[name]);
	return wrong && `the parameter ${wrong} is missing or wrong`;
}

function bodyOf({ json, form }: UserPost = {}): string {
	if (json !== undefined) return JSON.stringify(json);
	return form ? `${new URLSearchParams(form)}` : "";
}

function refuse(refusal: string, status = 400): ProviderResponse {
	return { status, answer: { error: "invalid_request", error_description: refusal }, refusal };
}
