// It must compile where `undefined` is no value for an optional property unless its type says so.
import type {
	AuthorizationParams,
	CallbackChecks,
	CallbackOptions,
	ProviderConfig,
	SignInOptions,
} from "@oauth/core";
import { discord } from "@oauth/discord";
import { github } from "@oauth/github";
import { google } from "@oauth/google";

const unset = undefined as string | undefined;

export const githubAuth = github({
	clientId: process.env.GITHUB_CLIENT_ID,
	clientSecret: process.env.GITHUB_CLIENT_SECRET,
	redirectUri: process.env.GITHUB_REDIRECT_URI,
	baseUrl: process.env.GITHUB_URL,
	scope: unset?.split(" "),
	endpoints: undefined,
	fetch: undefined,
	timeout: undefined,
	email: undefined,
});

export const discordAuth = discord({
	clientId: process.env.DISCORD_CLIENT_ID,
	clientSecret: process.env.DISCORD_CLIENT_SECRET,
	redirectUri: "",
	email: undefined,
});

export const googleAuth = google({
	clientId: process.env.GOOGLE_CLIENT_ID,
	clientSecret: process.env.GOOGLE_CLIENT_SECRET,
	redirectUri: "",
	hostedDomain: process.env.GOOGLE_HOSTED_DOMAIN,
});

export const config: ProviderConfig = {
	clientId: undefined,
	clientSecret: undefined,
	redirectUri: "",
	scope: undefined,
	endpoints: undefined,
	fetch: undefined,
	timeout: undefined,
};
export const options: SignInOptions = {
	redirectTo: unset,
	scope: undefined,
	loginHint: unset,
	prompt: unset,
	params: undefined,
	intent: undefined,
	sessionId: undefined,
};
export const checks: CallbackChecks = { codeVerifier: unset, nonce: unset };
export const callback: CallbackOptions = { sessionId: unset };
export const params: AuthorizationParams = {
	state: unset,
	codeChallenge: unset,
	nonce: unset,
	loginHint: unset,
};

export async function route(request: Request, sessionId: string | undefined): Promise<Response> {
	const { cookie, redirectTo } = await githubAuth.handleCallback(request, { sessionId });
	return new Response(redirectTo ?? null, { headers: { "set-cookie": cookie.serialize() } });
}
