import { authorizationRequest, authorizationUrl } from "./authorization.js";
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
	const wrong = redirectTo && !path ? "redirectTo" : !["sign-in", "link"].includes(intent) && "intent";
	if (wrong) throw failure(client, "INVALID_CONFIG", { step: "authorization", detail: wrong });
	const state = generateRandomValue();
	const codeVerifier = client.pkce === "S256" ? generateRandomValue() : undefined;
	const nonce = client.nonce ? generateRandomValue() : undefined;
	const codeChallenge = codeVerifier && (await generateCodeChallenge(codeVerifier));
	const authorization = authorizationRequest(client, { ...access, state, codeChallenge, nonce });
	const { url, ...checks } = await (client.pushAuthorizationRequest ?? authorizationUrl)(
		client,
		authorization,
	);
	const flow: Flow = {
		binding: bindingOf(client),
		state,
		codeVerifier,
		nonce,
		redirectTo: path,
		intent,
		startedAt: Math.floor(Date.now() / 1000),
		...checks,
	};
	const cookie = flowCookie(client, flow);
	const retiredCookies = retireOldest(client, request?.headers);
	preload(client);
	return {
		url,
		cookie,
		retiredCookies,
		state: flow.state,
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
