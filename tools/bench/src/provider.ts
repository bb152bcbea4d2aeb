import { createHash, randomUUID } from "node:crypto";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createKey, sign } from "@oauth/test-kit/signing-key";
import { recordings } from "./recordings.ts";
import { CLIENT, type Provider, redirectUriOf } from "./sign-in.ts";

// GitHub and Google on loopback, in a process of their own, so that their cost does not count as a contender's. They are
// not the fake provider of `@oauth/testing`: the contenders authenticate in several ways, some send no PKCE challenge, and
// an ID token that is signed at the token endpoint would slow the callback down.

interface Grant {
	params: URLSearchParams;
	/** Signed at the authorization endpoint, so that no callback waits for it. */
	idToken?: string;
}

/** By authorization code. */
const grants = new Map<string, Grant>();
const key = await createKey("bench");

const { github, google } = recordings;
const { claims } = google.idToken;
const emails = github.user["https://api.github.com/user/emails"];
/** Like most users, without a public e-mail address: every contender has to request the list of addresses. */
const user = { ...github.user["https://api.github.com/user"], email: null };

/** By path, which differs for all URLs of both providers. */
const routes: Record<string, (request: IncomingMessage, url: URL) => unknown> = {
	"/login/oauth/authorize": (_, { searchParams }) => authorize("github", searchParams),
	"/login/oauth/access_token": (request) => redeem("github", request),
	"/user": (request) => hasToken("github", request) && user,
	"/user/emails": (request) => hasToken("github", request) && emails,

	"/o/oauth2/v2/auth": (_, { searchParams }) => authorize("google", searchParams),
	"/token": (request) => redeem("google", request),
	"/oauth2/v3/certs": () => ({ keys: [key.publicJwk] }),
	"/oauth2/v3/userinfo": (request) => hasToken("google", request) && claims,
	"/.well-known/openid-configuration": () => ({
		issuer: google.authorization.iss,
		authorization_endpoint: google.authorization.url,
		token_endpoint: google.token.url,
		userinfo_endpoint: "https://openidconnect.googleapis.com/v1/userinfo",
		jwks_uri: google.idToken.jwks,
		response_types_supported: ["code"],
		subject_types_supported: ["public"],
		id_token_signing_alg_values_supported: ["RS256"],
		token_endpoint_auth_methods_supported: ["client_secret_post", "client_secret_basic"],
		code_challenge_methods_supported: ["S256"],
		authorization_response_iss_parameter_supported: true,
	}),
};

/** Returns the discovery document of any issuer with a path of `/<kilobytes of its document>/<name>`. */
function discover(path: string): unknown {
	const [, kilobytes, name] = /^\/(\d+)\/([\w-]+)\/\.well-known\/openid-configuration$/.exec(path) ?? [];
	const issuer = `https://issuers.example.com/${kilobytes}/${name}`;
	return (
		name && {
			issuer,
			authorization_endpoint: `${issuer}/authorize`,
			token_endpoint: `${issuer}/token`,
			// One key set for all, at a URL for each, so that each copy is cached by itself.
			jwks_uri: `https://issuers.example.com/oauth2/v3/certs?of=${kilobytes}/${name}`,
			authorization_response_iss_parameter_supported: true,
			response_types_supported: ["code"],
			claims_supported: ["x".repeat(Number(kilobytes) * 1000)],
		}
	);
}

/** Lets the user say yes, and returns the URL of the callback. */
async function authorize(provider: Provider, params: URLSearchParams): Promise<URL | undefined> {
	if (params.get("client_id") !== CLIENT.clientId || params.get("redirect_uri") !== redirectUriOf(provider))
		return undefined;
	const code = randomUUID();
	const idToken = provider === "google" ? await signIdToken(params.get("nonce")) : undefined;
	grants.set(code, { params, idToken });
	const { iss } = recordings[provider].authorization;
	const callback = new URL(redirectUriOf(provider));
	callback.search = new URLSearchParams({ code, state: params.get("state") ?? "", iss }).toString();
	return callback;
}

function signIdToken(nonce: string | null): Promise<string> {
	const iat = Math.floor(Date.now() / 1000);
	return sign({ ...claims, ...(nonce && { nonce }), aud: CLIENT.clientId, iat, exp: iat + 3600 }, key);
}

/** Redeems a code, once, for its own client, redirect URI and code verifier. */
async function redeem(provider: Provider, request: IncomingMessage): Promise<unknown> {
	const form = new URLSearchParams(await text(request));
	const code = form.get("code") ?? "";
	const grant = grants.get(code);
	grants.delete(code);
	const { clientId, clientSecret } = CLIENT;
	const isClient =
		request.headers.authorization === `Basic ${btoa(`${clientId}:${clientSecret}`)}` ||
		(form.get("client_id") === clientId && form.get("client_secret") === clientSecret);
	const verifier = form.get("code_verifier");
	const challenge = verifier && createHash("sha256").update(verifier).digest("base64url");
	const redirectUri = form.get("redirect_uri") ?? redirectUriOf(provider);
	const isGranted =
		isClient &&
		form.get("grant_type") === "authorization_code" &&
		grant?.params.get("code_challenge") === challenge &&
		grant.params.get("redirect_uri") === redirectUri;
	return isGranted && { ...recordings[provider].token.answer, id_token: grant.idToken };
}

function hasToken(provider: Provider, { headers }: IncomingMessage): boolean {
	return headers.authorization === `Bearer ${recordings[provider].token.answer.access_token}`;
}

const server = createServer(async (request, response) => {
	const url = new URL(request.url ?? "/", "http://127.0.0.1");
	const body = (await routes[url.pathname]?.(request, url)) ?? discover(url.pathname);
	if (body instanceof URL) response.writeHead(302, { location: body.href }).end();
	else
		response
			.writeHead(body ? 200 : 400, { "content-type": "application/json" })
			.end(JSON.stringify(body || { error: "invalid_request" }));
});
// Longer than a contender waits for its turn: a connection that was closed meanwhile would fail a sign-in.
server.keepAliveTimeout = 600_000;
server.listen(0, "127.0.0.1", () => {
	process.send?.(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
process.on("disconnect", () => process.exit());
