import { createHash } from "node:crypto";
import type { ServerResponse } from "node:http";
import { type OidcConfig, oidc } from "@oauth/oidc";
import { createIssuer, type Issuer } from "@oauth/test-kit/issuer";
import { type ReceivedRequest, sendJson } from "@oauth/test-kit/loopback";
import { cookiePair, loginRequest } from "@oauth/test-kit/sign-in";
import type { JWTPayload } from "jose";
import { CLIENT, TOKENS } from "./sign-in.ts";

/** How an OpenID provider differs from a correct or a usual one. */
export interface Behaviour {
	/** Changes to the ID token's claims. */
	claims?: Record<string, unknown>;
	/** Changes to the ID token's header. */
	header?: Record<string, unknown>;
	/** Makes the whole ID token. */
	idToken?(claims: JWTPayload, issuer: Issuer): unknown;
	/** Prepares the issuer before the first request. */
	prepare?(issuer: Issuer): unknown;
	/** Called while the user is at the provider, after `startSignIn`. */
	meanwhile?(issuer: Issuer): unknown;
	userinfo?: unknown;
	/** Parameters of the callback beside `code` and `state`. */
	callback?: Record<string, string | undefined>;
	/** Members of the token response beside the tokens. */
	token?: Record<string, unknown>;
	/** Changes to the claims of a refreshed ID token. */
	refreshed?: Record<string, unknown>;
}

/** Creates an app, and an OpenID provider on loopback that checks every request and behaves in this way. */
export async function createPair(behaviour: Behaviour, config: Partial<OidcConfig> = {}) {
	const issuer = await createIssuer(CLIENT.clientId);
	/** The authorization requests, by their codes. */
	const codes = new Map<string, URLSearchParams>();
	await behaviour.prepare?.(issuer);

	issuer.on("/authorize", ({ query }, response) => {
		const problem = authorizationProblem(query);
		if (problem) return sendJson(response, 400, { error: "invalid_request", problem });
		const code = `code-${codes.size}-of-ada`;
		codes.set(code, query);
		const params = defined({ code, state: query.get("state"), ...behaviour.callback });
		if (query.get("response_mode") === "form_post") return response.end(params.toString());
		return response.writeHead(302, { location: `${query.get("redirect_uri")}?${params}` }).end();
	});
	issuer.on("/token", async ({ form, headers }, response) => {
		if (headers.authorization !== `Basic ${btoa(`${CLIENT.clientId}:${CLIENT.clientSecret}`)}`)
			return sendJson(response, 401, { error: "invalid_client" });
		const isRefresh = form.grant_type === "refresh_token";
		const query = codes.get(`${form.code}`);
		codes.delete(`${form.code}`);
		if (isRefresh ? form.refresh_token !== TOKENS.refresh_token : !isFor(query, form))
			return sendJson(response, 400, { error: "invalid_grant" });
		const claims = issuer.claims(
			isRefresh
				? behaviour.refreshed
				: { nonce: query?.get("nonce"), name: undefined, email: undefined, ...behaviour.claims },
		);
		const idToken = behaviour.idToken
			? await behaviour.idToken(claims, issuer)
			: await issuer.sign(claims, behaviour.header);
		const tokens = { ...TOKENS, token_type: "Bearer", id_token: idToken, ...behaviour.token };
		return sendJson(response, 200, tokens);
	});
	issuer.on("/userinfo", ({ headers }: ReceivedRequest, response: ServerResponse) => {
		if (headers.authorization !== `Bearer ${TOKENS.access_token}`) return sendJson(response, 401, {});
		const { userinfo = { sub: "ada-36", name: "Ada", email: "ada@example.com" } } = behaviour;
		return typeof userinfo === "string" ? response.end(userinfo) : sendJson(response, 200, userinfo);
	});

	const app = oidc({ ...CLIENT, issuer: issuer.url, ...config });
	/** Signs in through the provider's authorization endpoint. */
	async function signIn() {
		const flow = await app.startSignIn(loginRequest());
		await behaviour.meanwhile?.(issuer);
		const page = await fetch(flow.url, { redirect: "manual" });
		const headers = { cookie: cookiePair(flow) };
		const location = page.headers.get("location");
		const body = await page.text();
		if (!location && !page.ok) throw new Error(`the authorization request was refused: ${body}`);
		return app.handleCallback(
			location
				? new Request(location, { headers })
				: new Request(CLIENT.redirectUri, { method: "POST", body: new URLSearchParams(body), headers }),
		);
	}
	return { issuer, app, signIn };
}

function authorizationProblem(query: URLSearchParams): string | undefined {
	return Object.entries({
		response_type: query.get("response_type") === "code",
		client_id: query.get("client_id") === CLIENT.clientId,
		redirect_uri: query.get("redirect_uri") === CLIENT.redirectUri,
		scope: query.get("scope")?.split(" ").includes("openid"),
		state: query.get("state"),
		nonce: query.get("nonce"),
		code_challenge: query.get("code_challenge_method") === "S256",
	}).find(([, isRight]) => !isRight)?.[0];
}

/** Tells whether a token request belongs to this authorization request. */
function isFor(query: URLSearchParams | undefined, form: Record<string, string>): boolean {
	const challenge = createHash("sha256").update(`${form.code_verifier}`).digest("base64url");
	return (
		form.grant_type === "authorization_code" &&
		query?.get("code_challenge") === challenge &&
		query.get("redirect_uri") === form.redirect_uri
	);
}

function defined(params: Record<string, string | null | undefined>): URLSearchParams {
	const pairs = Object.entries(params).filter(
		(pair): pair is [string, string] => typeof pair[1] === "string",
	);
	return new URLSearchParams(pairs);
}
