import { createHash, randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { exportJWK, exportPKCS8, generateKeyPair, jwtVerify, SignJWT } from "jose";
import { faults } from "./faults.ts";
import { createSettings, type ProviderId, type Settings } from "./settings.ts";

export interface Provider {
	settings: Settings;
	/** Such as `POST /github/token`, in order. */
	requests: string[];
	/** All that must be in no log. */
	secrets: string[];
	/** How many answers are not at their end, with somebody who waits for it. */
	pending: number;
	/** What the answer at a path such as `/github/token` waits for. */
	holds: Map<string, Promise<unknown>>;
	/** What goes wrong at a path such as `/github/user` the next time: see `faults`. */
	faultsOnce: Map<string, string>;
	/** From now on, ID tokens are signed by a key that nobody has seen yet. */
	rotateKeys(): Promise<void>;
	stop(): void;
}

/** What a code is good for. */
interface Grant {
	id: ProviderId;
	redirectUri: string | null;
	challenge: string | null;
	nonce: string | null;
	/** What goes wrong when the code is redeemed. */
	fault: string | null;
}

interface Received {
	id: ProviderId;
	query: URLSearchParams;
	headers: IncomingMessage["headers"];
	body: string;
	form: Record<string, string | undefined>;
	response: ServerResponse;
}

/** What is not right about a request, as OAuth says it. */
class Refusal extends Error {
	constructor(
		readonly error: string,
		readonly status = 400,
	) {
		super(error);
	}
}

const ISSUERS = { google: "https://accounts.google.com", apple: "https://appleid.apple.com" };

const CLAIMS: Record<string, object> = {
	google: { iss: ISSUERS.google, sub: "g-36", name: "Ada", email: "ada@example.com", email_verified: true },
	apple: { iss: ISSUERS.apple, sub: "a.36", email: "ada@example.com", email_verified: "true" },
	oidc: { sub: "o-36" },
};

/** GitHub, Google, Apple and an issuer that is discovered, on loopback. They take nothing that isn't right. */
export async function startProvider(): Promise<Provider> {
	const server = createServer(receive);
	server.listen(0, "127.0.0.1");
	await once(server, "listening");
	const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	let keys = await generateKeyPair("RS256");
	let kid = 1;
	const keysOfAnother = await generateKeyPair("RS256");
	const appKeys = await generateKeyPair("ES256", { extractable: true });
	const privateKey = await exportPKCS8(appKeys.privateKey);
	const settings = createSettings(origin, privateKey);

	const grants = new Map<string, Grant>();
	const accessTokens = new Set<string>();
	const refreshTokens = new Set<string>();
	const provider: Provider = {
		settings,
		requests: [],
		secrets: privateKey.split("\n").slice(1, -2),
		pending: 0,
		holds: new Map(),
		faultsOnce: new Map(),
		async rotateKeys() {
			keys = await generateKeyPair("RS256");
			kid++;
		},
		stop() {
			server.close();
			server.closeAllConnections();
		},
	};
	const { github, google, apple, oidc } = settings;
	for (const { clientSecret } of [github, google, oidc]) provider.secrets.push(clientSecret);

	function secret(kind: string): string {
		const value = `${kind}-${randomUUID()}`;
		provider.secrets.push(value);
		return value;
	}

	const endpoints: Record<string, (request: Received) => unknown> = {
		/** The person says yes. */
		authorize({ id, query, response }) {
			const { clientId, redirectUri } = settings[id];
			if (query.get("client_id") !== clientId || query.get("redirect_uri") !== redirectUri)
				throw new Refusal("invalid_client");
			const [challenge, nonce] = [query.get("code_challenge"), query.get("nonce")];
			if (!challenge !== (id === "apple") || !nonce !== (id === "github"))
				throw new Refusal("invalid_request");
			const code = secret("code");
			grants.set(code, { id, redirectUri, challenge, nonce, fault: query.get("fault") });
			const callback = new URL(redirectUri);
			callback.search = `${new URLSearchParams({
				code,
				state: query.get("state") ?? "",
				...(id === "google" && { iss: ISSUERS.google }),
				...(id === "apple" && { user: '{"name":{"firstName":"Ada","lastName":"Example"}}' }),
			})}`;
			response.writeHead(302, { location: callback.href }).end();
		},

		async token(request) {
			const { id, form, response } = request;
			await authenticate(request);
			if (form.grant_type === "refresh_token") {
				// Rotated: each is good for once.
				if (!refreshTokens.delete(`${form.refresh_token}`)) throw new Refusal("invalid_grant");
				return tokens();
			}
			const grant = grants.get(`${form.code}`);
			grants.delete(`${form.code}`);
			const { code_verifier: verifier } = form;
			if (verifier) provider.secrets.push(verifier);
			const challenge = verifier ? createHash("sha256").update(verifier).digest("base64url") : null;
			if (grant?.id !== id || grant.redirectUri !== form.redirect_uri || grant.challenge !== challenge)
				throw new Refusal("invalid_grant");
			if (grant.fault && faults[grant.fault]) return void faults[grant.fault]?.(response, origin);
			return { ...tokens(), ...(id !== "github" && { id_token: await idToken(grant) }) };
		},

		keys: async () => ({
			keys: [{ ...(await exportJWK(keys.publicKey)), kid: `${kid}`, alg: "RS256", use: "sig" }],
		}),

		user(request) {
			authorize(request);
			return { id: 36, login: "ada", name: "Ada", avatar_url: "https://example.com/ada.png" };
		},

		emails(request) {
			authorize(request);
			return [{ email: "ada@example.com", primary: true, verified: true }];
		},

		userinfo(request) {
			authorize(request);
			return { sub: "o-36", name: "Ada", email: "ada@example.com", email_verified: true };
		},

		async revoke(request) {
			await authenticate(request);
			const token = request.form.token ?? JSON.parse(request.body).access_token;
			if (!accessTokens.delete(token)) throw new Refusal("invalid_request");
			return {};
		},

		".well-known": () => ({
			issuer: oidc.issuer,
			authorization_endpoint: `${oidc.issuer}/authorize`,
			token_endpoint: `${oidc.issuer}/token`,
			jwks_uri: `${oidc.issuer}/keys`,
			userinfo_endpoint: `${oidc.issuer}/userinfo`,
			revocation_endpoint: `${oidc.issuer}/revoke`,
		}),
	};

	async function receive(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
		provider.pending++;
		response.on("close", () => provider.pending--);
		const { pathname, searchParams: query } = new URL(incoming.url ?? "/", origin);
		provider.requests.push(`${incoming.method} ${pathname}`);
		const [, id = "", endpoint = ""] = pathname.split("/");
		const body = await text(incoming);
		const form = Object.fromEntries(new URLSearchParams(body));
		const request = { id: id as ProviderId, query, headers: incoming.headers, body, form, response };
		try {
			await provider.holds.get(pathname);
			if (response.closed) return;
			const fault = faults[provider.faultsOnce.get(pathname) ?? ""];
			provider.faultsOnce.delete(pathname);
			if (fault) return void fault(response, origin);
			if (!endpoints[endpoint]) throw new Refusal("not_found", 404);
			const answer = await endpoints[endpoint](request);
			if (answer) response.setHeader("content-type", "application/json").end(JSON.stringify(answer));
		} catch (error) {
			if (!(error instanceof Refusal)) throw error;
			response.writeHead(error.status).end(JSON.stringify({ error: error.error }));
		}
	}

	/** The request must be the app's. */
	async function authenticate({ id, headers, form, response }: Received): Promise<void> {
		const { clientId } = settings[id];
		if (id === "apple") {
			const { client_secret = "" } = form;
			provider.secrets.push(client_secret);
			const rules = {
				issuer: apple.teamId,
				subject: clientId,
				audience: ISSUERS.apple,
				algorithms: ["ES256"],
				requiredClaims: ["iat", "exp"],
			};
			const { protectedHeader } = await jwtVerify(client_secret, appKeys.publicKey, rules).catch(() => {
				throw new Refusal("invalid_client", 401);
			});
			if (form.client_id === clientId && protectedHeader.kid === apple.keyId) return;
		} else {
			const { clientSecret } = settings[id];
			const basic = `Basic ${btoa(`${clientId}:${encodeURIComponent(clientSecret)}`)}`;
			const isBasic = id === "oidc" || response.req.method === "DELETE";
			if (isBasic && headers.authorization === basic) return;
			if (!isBasic && form.client_id === clientId && form.client_secret === clientSecret) return;
		}
		throw new Refusal("invalid_client", 401);
	}

	/** The request must be on the person's behalf. */
	function authorize({ headers }: Received): void {
		const [scheme, token = ""] = headers.authorization?.split(" ") ?? [];
		if (scheme !== "Bearer" || !accessTokens.has(token)) throw new Refusal("invalid_token", 401);
	}

	function tokens() {
		const [access_token, refresh_token] = [secret("access"), secret("refresh")];
		accessTokens.add(access_token);
		refreshTokens.add(refresh_token);
		return { access_token, refresh_token, token_type: "Bearer", expires_in: 3600, scope: "a b" };
	}

	async function idToken({ id, nonce, fault }: Grant): Promise<string> {
		const { privateKey } = fault === "signs with another's key" ? keysOfAnother : keys;
		const token = await new SignJWT({ iss: oidc.issuer, nonce, ...CLAIMS[id] })
			.setProtectedHeader({ alg: "RS256", kid: `${kid}` })
			.setAudience(settings[id].clientId)
			.setIssuedAt()
			.setExpirationTime("1h")
			.sign(privateKey);
		provider.secrets.push(token);
		return token;
	}

	return provider;
}
