import type { Cookie } from "./cookie.js";
import type { Client } from "./definition.js";
import type { OAuthErrorCode } from "./error.js";
import { type FailureDetails, failure } from "./failure.js";
import { bindingOf, type Flow, hasExpired, localPath, readFlow, retiredCookie } from "./flow.js";
import { checkVisit, readForm, readQuery } from "./incoming-request.js";
import type { CallbackOptions, RequestLike } from "./provider.js";
import { hash } from "./random.js";

/** An authorization response, and the flow that its `state` belongs to. */
export interface Callback {
	flow: Flow;
	params: Record<string, string>;
	/** Retires the flow, however it ends. */
	cookie: Cookie;
}

/** Those that have a meaning, and so may come once at most. Others are the app's own. */
const STANDARD_PARAMS = ["code", "state", "iss", "error", "error_description"];

/** Reads the callback and finds its flow. Nothing in it is to be believed yet. */
export async function readCallback(client: Client, request: RequestLike): Promise<Callback> {
	const fail = callbackFailure(client);
	checkVisit(client, "callback", request);
	const params = await readParams(client, request);
	const { state, code, error } = params;
	if (!state) throw fail("INVALID_CALLBACK", { reason: `"state" is missing` });
	if (!code === !error) throw fail("INVALID_CALLBACK", { reason: `it needs either a "code" or an "error"` });
	const flow = readFlow(client, request, state);
	if (flow) return { flow, params, cookie: retiredCookie(client, state) };
	// Cookies of `localhost` are not sent to 127.0.0.1.
	const [, loopback] = /^http:\/\/([^/]*)/.exec(client.redirectUri ?? "") ?? [];
	throw fail("FLOW_MISSING", {
		reason: loopback && `the cookie of this sign-in is not there: it has to begin at ${loopback} too`,
	});
}

/** Verifies every value before it is used, and returns the code. */
export async function checkCallback(
	client: Client,
	{ flow, params }: Callback,
	{ sessionId }: CallbackOptions,
): Promise<string> {
	const fail = callbackFailure(client);
	const { state, code, error, error_description, iss } = params;
	if (flow.state !== state) throw fail("FLOW_MISMATCH");
	if (hasExpired(flow)) throw fail("FLOW_EXPIRED");
	if (flow.binding !== bindingOf(client))
		throw fail("FLOW_MISMATCH", { reason: "it was begun for another client, issuer or redirect URI" });
	if (
		flow.redirectTo !== localPath(flow.redirectTo) ||
		(client.pkce === "S256" && !flow.codeVerifier) ||
		(client.nonce && !flow.nonce)
	)
		throw fail("FLOW_MISMATCH", { reason: "the cookie was changed" });
	if (flow.intent === "link" && (!sessionId || flow.session !== (await hash(`${state}.${sessionId}`))))
		throw fail("FLOW_MISMATCH", {
			reason: `another session began to link, or handleCallback was given no "sessionId"`,
		});

	const issuer = client.issuer ?? flow.issuer;
	// An issuer that the flow has lost is nobody's, where one has to be compared.
	const isAsked = client.isIssuer
		? client.isIssuer(`${iss}`)
		: issuer
			? iss === issuer
			: !client.authorizationResponseIss;
	if (iss ? !isAsked : client.authorizationResponseIss)
		throw fail("ISSUER_MISMATCH", {
			reason: `"iss" is ${iss ? "another" : "missing"}${client.isIssuer ? "" : `, expected ${issuer}`}`,
		});

	if (code) return code;
	// Apple and LinkedIn say `user_cancelled_authorize` and `user_cancelled_login`, LINE says `ACCESS_DENIED`.
	throw fail(
		/^(access_denied$|user_cancelled_)/i.test(error ?? "") ? "ACCESS_DENIED" : "AUTHORIZATION_FAILED",
		{
			response: { error, error_description },
			secrets: [state, flow.codeVerifier, flow.nonce],
		},
	);
}

function callbackFailure(client: Client) {
	return (code: OAuthErrorCode, details?: FailureDetails) =>
		failure(client, code, { step: "callback", ...details });
}

/** Returns the parameters of an authorization response, each of the standard's once. */
async function readParams(client: Client, request: RequestLike): Promise<Record<string, string>> {
	const fail = callbackFailure(client);
	const expected = client.responseMode ? "POST" : "GET";
	const { method = "GET", url } = request;
	if (method !== expected)
		throw fail("INVALID_CALLBACK", { reason: `it is a ${method}, and the provider sends a ${expected}` });
	if (!url && expected === "GET")
		throw fail("INVALID_CONFIG", { reason: "the request that was passed to handleCallback has no url" });
	const params = client.responseMode
		? await readForm(request, client.timeout).catch((cause) => {
				throw fail("INVALID_CALLBACK", { cause });
			})
		: readQuery(request);
	if (!params)
		throw fail("INVALID_CONFIG", {
			reason: "the body of the request was read before handleCallback",
			advice: "Developer: pass what has read it as `body`, or an unread request",
		});
	const twice = STANDARD_PARAMS.find((name) => params.getAll(name).length > 1);
	if (twice) throw fail("INVALID_CALLBACK", { reason: `"${twice}" comes twice` });
	const { error_code, error_message, ...named } = Object.fromEntries(params);
	// Facebook has names of its own.
	return error_code ? { error: error_code, error_description: error_message ?? "", ...named } : named;
}
