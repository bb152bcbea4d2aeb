import { env } from "cloudflare:workers";
import apple from "@oauth/apple";
import discord from "@oauth/discord";
import github from "@oauth/github";
import google from "@oauth/google";
import { users } from "./users.ts";

const githubAuth = github(users, {
	clientId: env.GITHUB_CLIENT_ID,
	clientSecret: env.GITHUB_CLIENT_SECRET,
	// From the configuration, because the sender of a request controls what it says about its URL.
	redirectUri: `${env.ORIGIN}/login/github/callback`,
	baseUrl: env.GITHUB_BASE_URL,
	endpoints: env.GITHUB_API_URL
		? { user: `${env.GITHUB_API_URL}/user`, emails: `${env.GITHUB_API_URL}/user/emails` }
		: undefined,
});

const googleAuth = google(users, {
	clientId: env.GOOGLE_CLIENT_ID,
	clientSecret: env.GOOGLE_CLIENT_SECRET,
	redirectUri: `${env.ORIGIN}/login/google/callback`,
	issuer: env.GOOGLE_ISSUER,
});

const appleAuth = apple(users, {
	clientId: env.APPLE_CLIENT_ID,
	teamId: env.APPLE_TEAM_ID,
	keyId: env.APPLE_KEY_ID,
	privateKey: env.APPLE_PRIVATE_KEY,
	redirectUri: `${env.ORIGIN}/login/apple/callback`,
	issuer: env.APPLE_ISSUER,
});

const discordAuth = discord(users, {
	clientId: env.DISCORD_CLIENT_ID,
	clientSecret: env.DISCORD_CLIENT_SECRET,
	redirectUri: `${env.ORIGIN}/login/discord/callback`,
	endpoints: env.DISCORD_URL
		? {
				authorization: `${env.DISCORD_URL}/oauth2/authorize`,
				token: `${env.DISCORD_URL}/api/oauth2/token`,
				user: `${env.DISCORD_URL}/api/v10/users/@me`,
			}
		: undefined,
});

/** In the order in which the pages show them. */
export const providers = [githubAuth, googleAuth, appleAuth, discordAuth];

export function findProvider(id: string) {
	return providers.find((provider) => provider.id === id);
}
