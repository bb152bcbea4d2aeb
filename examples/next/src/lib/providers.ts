import apple from "@oauth/apple";
import discord from "@oauth/discord";
import github from "@oauth/github";
import google from "@oauth/google";
import { auth } from "./auth.ts";
import { ORIGIN } from "./origin.ts";

const { env } = process;

const githubAuth = github(auth, {
	clientId: env.GITHUB_CLIENT_ID,
	clientSecret: env.GITHUB_CLIENT_SECRET,
	// From the configuration, because the sender of a request controls what it says about its URL.
	redirectUri: `${ORIGIN}/login/github/callback`,
	// A GitHub Enterprise Server, or an emulator.
	baseUrl: env.GITHUB_BASE_URL || undefined,
	endpoints: env.GITHUB_API_URL
		? { user: `${env.GITHUB_API_URL}/user`, emails: `${env.GITHUB_API_URL}/user/emails` }
		: undefined,
});

const googleAuth = google(auth, {
	clientId: env.GOOGLE_CLIENT_ID,
	clientSecret: env.GOOGLE_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/google/callback`,
	issuer: env.GOOGLE_ISSUER || undefined,
});

const appleAuth = apple(auth, {
	clientId: env.APPLE_CLIENT_ID,
	teamId: env.APPLE_TEAM_ID,
	keyId: env.APPLE_KEY_ID,
	privateKey: env.APPLE_PRIVATE_KEY,
	redirectUri: `${ORIGIN}/login/apple/callback`,
	issuer: env.APPLE_ISSUER || undefined,
});

const discordAuth = discord(auth, {
	clientId: env.DISCORD_CLIENT_ID,
	clientSecret: env.DISCORD_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/discord/callback`,
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
