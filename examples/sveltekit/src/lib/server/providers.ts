import apple from "@oauth/apple";
import discord from "@oauth/discord";
import github from "@oauth/github";
import google from "@oauth/google";
import {
	APPLE_CLIENT_ID,
	APPLE_ISSUER,
	APPLE_KEY_ID,
	APPLE_PRIVATE_KEY,
	APPLE_TEAM_ID,
	DISCORD_CLIENT_ID,
	DISCORD_CLIENT_SECRET,
	DISCORD_URL,
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
	clientId: GITHUB_CLIENT_ID,
	clientSecret: GITHUB_CLIENT_SECRET,
	// From the configuration, because the sender of a request controls what it says about its URL.
	redirectUri: `${ORIGIN}/login/github/callback`,
	baseUrl: GITHUB_BASE_URL,
	endpoints: GITHUB_API_URL
		? {
				api: GITHUB_API_URL,
				user: `${GITHUB_API_URL}/user`,
				emails: `${GITHUB_API_URL}/user/emails`,
				revocation: `${GITHUB_API_URL}/applications/${GITHUB_CLIENT_ID}/token`,
			}
		: undefined,
});

const googleAuth = google(auth, {
	clientId: GOOGLE_CLIENT_ID,
	clientSecret: GOOGLE_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/google/callback`,
	issuer: GOOGLE_ISSUER,
});

const appleAuth = apple(auth, {
	clientId: APPLE_CLIENT_ID,
	teamId: APPLE_TEAM_ID,
	keyId: APPLE_KEY_ID,
	privateKey: APPLE_PRIVATE_KEY,
	redirectUri: `${ORIGIN}/login/apple/callback`,
	issuer: APPLE_ISSUER,
});

const discordAuth = discord(auth, {
	clientId: DISCORD_CLIENT_ID,
	clientSecret: DISCORD_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/discord/callback`,
	endpoints: DISCORD_URL
		? {
				authorization: `${DISCORD_URL}/oauth2/authorize`,
				token: `${DISCORD_URL}/api/oauth2/token`,
				revocation: `${DISCORD_URL}/api/oauth2/token/revoke`,
				api: `${DISCORD_URL}/api/v10`,
				user: `${DISCORD_URL}/api/v10/users/@me`,
			}
		: undefined,
});

/** In the order in which the pages show them. */
export const providers = [githubAuth, googleAuth, appleAuth, discordAuth];

export function findProvider(id: string) {
	return providers.find((provider) => provider.id === id);
}
