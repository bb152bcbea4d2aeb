import type { Client } from "./definition.js";
import type { OAuthErrorCode } from "./error.js";
import { type FailureDetails, failure } from "./failure.js";
import { bindingOf, type Flow, hasExpired, localPath, readFlow } from "./flow.js";
import { readText } from "./http.js";

/** An answer that has passed every check. */
export interface Callback {
	flow: Flow;
	code: string;
	params: Record<string, string>;
}

/** Checks a callback, in an order in which nothing is believed before what vouches for it: the code comes last. */
export async function readCallback(client: Client, request: Request): Promise<Callback> {
	const fail = (code: OAuthErrorCode, details?: FailureDetails) =>
		failure(client, code, { step: "callback", ...details });

	const params = await readParams(client, request);
	const { state, code, error, error_description, iss } = params;
	if (!state || !code === !error) throw fail("INVALID_CALLBACK");

	const flow = readFlow(client, request.headers, state);
	if (!flow) throw fail("FLOW_MISSING");
	if (flow.state !== state) throw fail("FLOW_MISMATCH");
	if (hasExpired(flow)) throw fail("FLOW_EXPIRED");
	if (flow.binding !== bindingOf(client) || flow.redirectTo !== localPath(flow.redirectTo))
		throw fail("FLOW_MISMATCH");
	if ((client.pkce === "S256" && !flow.codeVerifier) || (client.nonce && !flow.nonce))
		throw fail("FLOW_MISMATCH");

	const issuer = client.issuer ?? flow.issuer;
	if (iss && issuer ? iss !== issuer : client.authorizationResponseIss) throw fail("ISSUER_MISMATCH");

	if (code) return { flow, code, params };
	// Apple and LinkedIn say `user_cancelled_authorize` and `user_cancelled_login`, LINE says `ACCESS_DENIED`.
	throw fail(
		/^(access_denied$|user_cancelled_)/i.test(error ?? "") ? "ACCESS_DENIED" : "AUTHORIZATION_FAILED",
		{
			answer: { error, error_description },
			secrets: [state, flow.codeVerifier, flow.nonce],
		},
	);
}

/** The parameters of an authorization response; none when it came the wrong way, or says something twice. */
async function readParams(
	{ responseMode }: Client,
	{ method, url, body }: Request,
): Promise<Record<string, string>> {
	const text = responseMode
		? method === "POST" && (await readText(body).catch(() => ""))
		: method === "GET" && new URL(url).search;
	const params = [...new URLSearchParams(text || "")];
	const byName = Object.fromEntries(params);
	return Object.keys(byName).length === params.length ? byName : {};
}
