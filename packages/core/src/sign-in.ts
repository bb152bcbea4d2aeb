import { authorizationUrl } from "./authorization.js";
import type { Client } from "./definition.js";
import { failure } from "./failure.js";
import { bindingOf, type Flow, flowCookie, localPath, retireOldest } from "./flow.js";
import type { SignIn, SignInOptions } from "./provider.js";
import { generateCodeChallenge, generateRandomValue } from "./random.js";

/** Makes a flow, and all that sends the person and the flow on their way. */
export async function startSignIn(
	client: Client,
	{ redirectTo, intent = "sign-in", request, ...access }: SignInOptions,
): Promise<SignIn> {
	const path = localPath(redirectTo);
	if ((redirectTo && !path) || !["sign-in", "link"].includes(intent))
		throw failure(client, "INVALID_CONFIG", {
			step: "authorization",
			detail: redirectTo && !path ? "redirectTo" : "intent",
		});
	const flow: Flow = {
		binding: bindingOf(client),
		state: generateRandomValue(),
		codeVerifier: client.pkce === "S256" ? generateRandomValue() : undefined,
		nonce: client.nonce ? generateRandomValue() : undefined,
		redirectTo: path,
		intent,
		startedAt: Math.floor(Date.now() / 1000),
	};
	const { state, codeVerifier, nonce } = flow;
	const codeChallenge = codeVerifier && (await generateCodeChallenge(codeVerifier));
	const url = authorizationUrl(client, { ...access, state, codeChallenge, nonce });
	const cookie = flowCookie(client, flow);
	const retiredCookies = request ? retireOldest(client, request.headers) : [];
	preload(client);
	return {
		url,
		cookie,
		retiredCookies,
		state,
		response() {
			const headers = new Headers({ location: url, "cache-control": "no-store" });
			for (const value of [cookie, ...retiredCookies]) headers.append("set-cookie", value);
			return new Response(null, { status: 302, headers });
		},
	};
}

/** Loads, while the person is at the provider, what the callback will need. What fails here is tried again there. */
async function preload(client: Client): Promise<void> {
	try {
		await Promise.all([import("ofetch"), client.prefetch?.(client)]);
	} catch {}
}
