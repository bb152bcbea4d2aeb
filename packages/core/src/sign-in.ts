import { authorizationRequest, authorizationUrl } from "./authorization.js";
import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import { bindingOf, flowCookie, localPath, retireOldest } from "./flow.js";
import { checkVisit } from "./incoming-request.js";
import type { RequestLike, SignIn, SignInOptions } from "./provider.js";
import { generateCodeChallenge, generateThreeValues, hash } from "./random.js";

/** Makes a flow, its cookie, and the URL to send the user to. */
export async function startSignIn(
	client: Client,
	request: RequestLike,
	{ redirectTo, intent = "sign-in", sessionId, ...access }: SignInOptions,
): Promise<SignIn> {
	checkVisit(client, "authorization", request);
	const path = localPath(redirectTo);
	const problem = Object.entries({
		redirectTo: redirectTo && !path && "must be a path of this site",
		intent: !["sign-in", "link"].includes(intent) && `must be "sign-in" or "link"`,
		sessionId: (intent === "link") !== Boolean(sessionId) && `goes with the intent "link", which needs it`,
	}).find(([, wrong]) => wrong);
	if (problem)
		throw failure(client, "INVALID_CONFIG", {
			step: "authorization",
			reason: `"${problem[0]}" ${problem[1]}`,
		});
	const [state, verifier, nonceValue] = generateThreeValues();
	const codeVerifier = client.pkce === "S256" ? verifier : undefined;
	const nonce = client.nonce ? nonceValue : undefined;
	const codeChallenge = codeVerifier && (await generateCodeChallenge(codeVerifier));
	const authorization = authorizationRequest(client, { ...access, state, codeChallenge, nonce });
	const { url, ...checks } = await (client.pushAuthorizationRequest ?? authorizationUrl)(
		client,
		authorization,
	);
	const flow = {
		binding: bindingOf(client),
		state,
		codeVerifier,
		nonce,
		redirectTo: path,
		intent,
		scope: access.scope?.join(" ") || undefined,
		startedAt: Date.now(),
		...checks,
	};
	const session = sessionId && (await hash(`${flow.state}.${sessionId}`));
	const cookie = flowCookie(client, { ...flow, session });
	const cookies = [cookie, ...retireOldest(client, request, cookie)];
	preload(client);
	return {
		url,
		cookies,
		state: flow.state,
		response() {
			const headers = new Headers({ location: url, "cache-control": "no-store" });
			for (const cookie of cookies) headers.append("set-cookie", cookie.serialize());
			return new Response(null, { status: 302, headers });
		},
	};
}

/** Loads what the callback will need. A failure is silent: the callback tries again. */
async function preload(client: Client): Promise<void> {
	try {
		await client.prefetch?.(client);
	} catch {}
}
