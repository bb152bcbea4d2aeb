import github from "@oauth/github";
import google from "@oauth/google";
import {
	GITHUB_API_URL,
	GITHUB_BASE_URL,
	GITHUB_CLIENT_ID,
	GITHUB_CLIENT_SECRET,
	GOOGLE_CLIENT_ID,
	GOOGLE_CLIENT_SECRET,
	GOOGLE_ISSUER,
	ORIGIN,
} from "$app/env/private";
import { auth } from "./auth.ts";

const githubAuth = github(auth, {
	clientId: GITHUB_CLIENT_ID ?? "",
	clientSecret: GITHUB_CLIENT_SECRET ?? "",
	// From the configuration: what a request says about its address comes from whoever sent it.
	redirectUri: `${ORIGIN}/login/github/callback`,
	baseUrl: GITHUB_BASE_URL,
	endpoints: GITHUB_API_URL
		? { user: `${GITHUB_API_URL}/user`, emails: `${GITHUB_API_URL}/user/emails` }
		: undefined,
});

const googleAuth = google(auth, {
	clientId: GOOGLE_CLIENT_ID ?? "",
	clientSecret: GOOGLE_CLIENT_SECRET ?? "",
	redirectUri: `${ORIGIN}/login/google/callback`,
	issuer: GOOGLE_ISSUER,
});

/** In the order in which the pages show them. */
export const providers = [githubAuth, googleAuth];

export function findProvider(id: string) {
	return providers.find((provider) => provider.id === id);
}
