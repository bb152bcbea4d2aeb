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
	/** Retires the flow, whether it succeeds or fails. */
	cookie: Cookie;
}

/** Each may appear once at most. Any other parameter is the app's own. */
const STANDARD_PARAMS = ["code", "state", "iss", "error", "error_description"];

/** Reads the callback and finds its flow. Nothing in either is verified yet. */
export async function readCallback(client: Client, request: RequestLike): Promise<Callback> {
	const fail = callbackFailure(client);
	checkVisit(client, "callback", request);
	const params = await readParams(client, request);
	const { state, code, error } = params;
	const hasNeither = !code && !error;
	const hasBoth = code && error;
	if (hasNeither || hasBoth)
		throw fail("INVALID_CALLBACK", { reason: `it needs either a "code" or an "error"` });
	// Anybody can send an error, so without a state nobody reads its text.
	if (!state && error)
		throw fail(codeOf(client, error), { reason: `the callback has an "error" without a "state"` });
	if (!state) throw fail("INVALID_CALLBACK", { reason: `"state" is missing` });
	const flow = readFlow(client, request, state);
	if (flow) return { flow, params, cookie: retiredCookie(client, state) };
	// Cookies of `localhost` are not sent to 127.0.0.1.
	const [, loopback] = /^http:\/\/([^/]*)/.exec(client.redirectUri ?? "") ?? [];
	throw fail("FLOW_MISSING", {
		reason: loopback && `the cookie of this sign-in is missing: the sign-in has to begin at ${loopback} too`,
	});
}

/** Verifies the callback against its flow, each value before it is used, and returns the code. */
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
			reason: `another session began this link, or handleCallback was given no "sessionId"`,
		});

	const issuer = client.issuer ?? flow.issuer;
	const isMissing = !iss && client.authorizationResponseIss;
	// A flow that has lost its issuer matches none where one is always sent.
	const mustMatch = issuer || client.authorizationResponseIss;
	const isOther = client.isIssuer ? !client.isIssuer(`${iss}`) : mustMatch && iss !== issuer;
	if (isMissing || (iss && isOther))
		throw fail("ISSUER_MISMATCH", {
			reason: `"iss" is ${iss ? "another" : "missing"}${client.isIssuer ? "" : `, expected ${issuer}`}`,
		});

	if (code) return code;
	throw fail(codeOf(client, `${error}`), {
		response: { error, error_description },
		secrets: [state, flow.codeVerifier, flow.nonce],
	});
}

/** Returns the code of an authorization response's error. LINE writes it in capital letters. */
function codeOf({ accessDeniedErrors = [] }: Client, error: string): OAuthErrorCode {
	return ["access_denied", ...accessDeniedErrors].includes(error.toLowerCase())
		? "ACCESS_DENIED"
		: "AUTHORIZATION_FAILED";
}

function callbackFailure(client: Client) {
	return (code: OAuthErrorCode, details?: FailureDetails) =>
		failure(client, code, { step: "callback", ...details });
}

/** Returns the parameters of an authorization response. Refuses a standard one that appears twice. */
async function readParams(client: Client, request: RequestLike): Promise<Record<string, string>> {
	const fail = callbackFailure(client);
	const expected = client.responseMode ? "POST" : "GET";
	const { method = "GET", url } = request;
	if (method !== expected)
		throw fail("INVALID_CALLBACK", { reason: `it is a ${method} instead of a ${expected}` });
	if (!url && expected === "GET")
		throw fail("INVALID_CONFIG", { reason: "the request that was passed to handleCallback has no url" });
	const refuse = (cause: unknown) => {
		throw fail("INVALID_CALLBACK", { cause });
	};
	const params = client.responseMode
		? await readForm(request, client.timeout).catch(refuse)
		: readQuery(request);
	if (!params)
		throw fail("INVALID_CONFIG", {
			reason: "the body of the request was read before handleCallback",
			advice: "Developer: pass the parsed body as `body`, or an unread request",
		});
	const twice = STANDARD_PARAMS.find((name) => params.getAll(name).length > 1);
	if (twice) throw fail("INVALID_CALLBACK", { reason: `"${twice}" appears twice` });
	// Facebook has names of its own.
	const { error_code: error, error_message: error_description = "", ...named } = Object.fromEntries(params);
	return error ? { error, error_description, ...named } : named;
}
