import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Json, Recording } from "./recording.js";

/** An app that is registered at the provider. */
export interface RegisteredClient {
	clientId: string;
	clientSecret: string;
	redirectUri: string;
}

export const CLIENT: RegisteredClient = {
	clientId: "client-id-of-the-app",
	clientSecret: "s3cr3t-of-the-app-+/=:",
	redirectUri: "http://localhost:3000/login/callback",
};

/** One pair for all fakes, because those who verify ID tokens keep keys beyond one test. */
const keys = generateKeyPair("RS256", { extractable: true });

/** A request that has reached the provider. */
export interface ReceivedRequest {
	method: string;
	/** The address that was meant, such as `https://github.com/login/oauth/access_token`. */
	url: string;
	headers: IncomingMessage["headers"];
	body: string;
}

/** What the provider answers at an address in place of the recording. */
export interface Substitute {
	status?: number;
	answer?: Json;
}

interface PendingCode {
	redirectUri: string | null;
	challenge: string | null;
	nonce: string | null;
	user: Answers | undefined;
}

/** What the provider tells of a person, by address. */
type Answers = Record<string, Json>;

/**
 * A provider on loopback that speaks real HTTP from a recording, as strictly as the strictest real one: it refuses an
 * unknown address, a client that authenticates in another way, a missing redirect URI, a wrong PKCE verifier, a code used
 * twice and a token in an address.
 */
export class FakeProvider {
	readonly requests: ReceivedRequest[] = [];
	/** What is answered at an address in place of the recording. */
	readonly substitutes = new Map<string, Substitute>();
	/** What the next ID token claims, but for `aud`, `exp`, `iat` and `nonce`. */
	idTokenClaims: Record<string, unknown>;
	readonly #recording: Recording;
	readonly #client: RegisteredClient;
	/** By access token. */
	readonly #users: Map<unknown, Answers>;
	readonly #server = createServer((incoming, outgoing) => this.#receive(incoming, outgoing));
	readonly #codes = new Map<string, PendingCode>();
	#nonce: string | null = null;

	constructor(recording: Recording, client = CLIENT) {
		this.#recording = recording;
		this.#client = client;
		this.#users = new Map([[recording.token.answer.access_token, recording.user]]);
		this.idTokenClaims = recording.idToken?.claims ?? {};
	}

	async start(): Promise<void> {
		this.#server.listen(0, "127.0.0.1");
		await once(this.#server, "listening");
	}

	async stop(): Promise<void> {
		this.#server.close();
		this.#server.closeAllConnections();
		await once(this.#server, "close");
	}

	/** Where a request for an address really goes. */
	addressOf(url: string): string {
		return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/${encodeURIComponent(url)}`;
	}

	/** For a config: every request goes to loopback, and keeps the address that it was meant for. */
	readonly fetch: typeof fetch = (input, init) => fetch(this.addressOf(String(input)), init);

	/**
	 * The person says yes: checks the authorization request, and gives the callback's address with its parameters. Who that
	 * is, the recording says, or `user` in its place.
	 */
	authorize(authorizationUrl: string, user?: Answers): URL {
		const { authorization } = this.#recording;
		const { clientId, redirectUri } = this.#client;
		const { origin, pathname, searchParams } = new URL(authorizationUrl);
		const problem = Object.entries({
			address: `${origin}${pathname}` === authorization.url,
			response_type: searchParams.get("response_type") === "code",
			client_id: searchParams.get(this.#recording.token.clientIdParam ?? "client_id") === clientId,
			redirect_uri: searchParams.get("redirect_uri") === redirectUri,
			challenge: !authorization.pkce || searchParams.get("code_challenge_method") === "S256",
		}).find(([, right]) => !right);
		if (problem)
			throw new Error(`the authorization request is refused for its ${problem[0]}: ${authorizationUrl}`);
		const code = `code-${this.#codes.size + 1}-of-the-person`;
		this.#codes.set(code, {
			redirectUri: searchParams.get("redirect_uri"),
			challenge: searchParams.get("code_challenge"),
			nonce: searchParams.get("nonce"),
			user,
		});
		const callback = new URL(redirectUri);
		const { formPost, iss } = authorization;
		const params = { code, state: searchParams.get("state") ?? "", ...formPost, ...(iss && { iss }) };
		for (const [name, value] of Object.entries(params)) callback.searchParams.set(name, value);
		return callback;
	}

	/** The request with which the browser comes back then, without its cookies; its parameters can be changed. */
	answer(authorizationUrl: string, change: (params: URLSearchParams) => void = () => {}): Request {
		const callback = this.authorize(authorizationUrl);
		change(callback.searchParams);
		return this.#recording.authorization.formPost
			? new Request(this.#client.redirectUri, { method: "POST", body: callback.searchParams })
			: new Request(callback);
	}

	async #receive(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
		const request: ReceivedRequest = {
			method: incoming.method ?? "",
			url: decodeURIComponent((incoming.url ?? "").slice(1)),
			headers: incoming.headers,
			body: await text(incoming),
		};
		this.requests.push(request);
		const { status = 200, answer } = this.substitutes.get(request.url) ?? (await this.#answer(request));
		outgoing.writeHead(status, { "content-type": "application/json" });
		outgoing.end(answer === undefined ? "" : JSON.stringify(answer));
	}

	async #answer(request: ReceivedRequest): Promise<Substitute> {
		const { token, idToken, discovery, user, revocation } = this.#recording;
		if (/[?&](access_token|token|client_secret|code)=/.test(request.url))
			return refuse("a secret is in the address");
		if (request.url === token.url) return this.#answerToken(request);
		if (request.url === revocation?.url && request.method === revocation.method)
			return this.#isAuthenticated(request, revocation.clientAuth)
				? { status: revocation.status }
				: refuse("the client is not authenticated", 401);
		if (idToken?.jwks && request.url === idToken.jwks) {
			const { publicKey } = await keys;
			return {
				answer: { keys: [{ ...(await exportJWK(publicKey)), kid: "fake", alg: "RS256", use: "sig" }] },
			};
		}
		if (request.url === discovery?.url) return { answer: discovery.answer };
		if (!user[request.url]) return refuse("there is nothing at this address", 404);
		const [, accessToken] = /^Bearer (.*)$/.exec(request.headers.authorization ?? "") ?? [];
		const answer = this.#users.get(accessToken)?.[request.url];
		return answer ? { answer } : refuse("the token is missing", 401);
	}

	async #answerToken(request: ReceivedRequest): Promise<Substitute> {
		const { token, tokenError, refresh } = this.#recording;
		const form = new URLSearchParams(request.body);
		if (request.method !== "POST" || !this.#isAuthenticated(request, token.clientAuth))
			return refuse("the client is not authenticated", 401);
		if (form.get("grant_type") === "refresh_token")
			return refresh && form.get("refresh_token") ? { answer: refresh.answer } : refuse("nothing to refresh");
		const pending = this.#codes.get(form.get("code") ?? "");
		const verifier = form.get("code_verifier");
		if (
			form.get("grant_type") !== "authorization_code" ||
			!pending ||
			pending.redirectUri !== form.get("redirect_uri") ||
			pending.challenge !== (verifier && createHash("sha256").update(verifier).digest("base64url"))
		)
			return tokenError;
		this.#codes.delete(form.get("code") ?? "");
		this.#nonce = pending.nonce;
		return { answer: { ...token.answer, ...this.#accessTokenOf(pending), ...(await this.#idToken()) } };
	}

	/** Somebody else than the recorded person gets a token of their own. */
	#accessTokenOf({ user }: PendingCode): { access_token?: string } {
		if (!user) return {};
		const access_token = `${this.#recording.token.answer.access_token}-${this.#users.size}`;
		this.#users.set(access_token, user);
		return { access_token };
	}

	/** Exactly in the way that was recorded: a second way beside it is refused too. */
	#isAuthenticated({ headers, body }: ReceivedRequest, clientAuth: string): boolean {
		const { clientIdParam = "client_id", signedClientSecret } = this.#recording.token;
		const { clientId, clientSecret } = this.#client;
		const form = new URLSearchParams(body);
		const secret = form.get("client_secret");
		const isBasic = clientAuth === "client_secret_basic";
		const isSecret = signedClientSecret ? secret?.split(".").length === 3 : secret === clientSecret;
		return (
			headers.authorization === (isBasic ? basic(clientId, clientSecret) : undefined) &&
			form.get(clientIdParam) === (isBasic ? null : clientId) &&
			(clientAuth === "client_secret_post" ? isSecret : secret === null)
		);
	}

	async #idToken(): Promise<{ id_token?: string }> {
		if (!this.#recording.idToken) return {};
		const { alg = "RS256" } = this.#recording.idToken;
		const { privateKey } = await keys;
		const key = alg === "HS256" ? new TextEncoder().encode(this.#client.clientSecret) : privateKey;
		const id_token = await new SignJWT({ nonce: this.#nonce, ...this.idTokenClaims })
			.setProtectedHeader({ alg, kid: "fake" })
			.setAudience(this.#client.clientId)
			.setIssuedAt()
			.setExpirationTime("1h")
			.sign(key);
		return { id_token };
	}
}

/** @see https://www.rfc-editor.org/rfc/rfc6749#section-2.3.1 */
function basic(...credentials: string[]): string {
	const encoded = credentials.map((part) => encodeURIComponent(part).replaceAll("%20", "+"));
	return `Basic ${btoa(encoded.join(":"))}`;
}

function refuse(reason: string, status = 400): Substitute {
	return { status, answer: { error: "invalid_request", error_description: reason } };
}
