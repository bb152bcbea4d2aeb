import apple from "@oauth/apple";
import discord from "@oauth/discord";
import github from "@oauth/github";
import google from "@oauth/google";
import { env, ORIGIN } from "./env.ts";
import { userStore } from "./users.ts";

const githubAuth = github(userStore, {
	clientId: env.GITHUB_CLIENT_ID,
	clientSecret: env.GITHUB_CLIENT_SECRET,
	// From the configuration, because the sender of a request controls what it says about its URL.
	redirectUri: `${ORIGIN}/login/github/callback`,
	// A GitHub Enterprise Server, or an emulator.
	baseUrl: env.GITHUB_BASE_URL,
	endpoints: env.GITHUB_API_URL
		? {
				api: env.GITHUB_API_URL,
				user: `${env.GITHUB_API_URL}/user`,
				emails: `${env.GITHUB_API_URL}/user/emails`,
				revocation: `${env.GITHUB_API_URL}/applications/${env.GITHUB_CLIENT_ID}/token`,
			}
		: undefined,
});

const googleAuth = google(userStore, {
	clientId: env.GOOGLE_CLIENT_ID,
	clientSecret: env.GOOGLE_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/google/callback`,
	// An emulator in place of Google.
	issuer: env.GOOGLE_ISSUER,
});

const appleAuth = apple(userStore, {
	clientId: env.APPLE_CLIENT_ID,
	teamId: env.APPLE_TEAM_ID,
	keyId: env.APPLE_KEY_ID,
	privateKey: env.APPLE_PRIVATE_KEY,
	redirectUri: `${ORIGIN}/login/apple/callback`,
	issuer: env.APPLE_ISSUER,
});

const discordAuth = discord(userStore, {
	clientId: env.DISCORD_CLIENT_ID,
	clientSecret: env.DISCORD_CLIENT_SECRET,
	redirectUri: `${ORIGIN}/login/discord/callback`,
	// An emulator in place of `https://discord.com`.
	endpoints: env.DISCORD_URL
		? {
				authorization: `${env.DISCORD_URL}/oauth2/authorize`,
				token: `${env.DISCORD_URL}/api/oauth2/token`,
				revocation: `${env.DISCORD_URL}/api/oauth2/token/revoke`,
				api: `${env.DISCORD_URL}/api/v10`,
				user: `${env.DISCORD_URL}/api/v10/users/@me`,
			}
		: undefined,
});

/** In the order in which the pages show them. */
export const providers = [githubAuth, googleAuth, appleAuth, discordAuth];

export type Provider = (typeof providers)[number];

/** The site that posts Apple's response. */
export const APPLE_ORIGIN = new URL(env.APPLE_ISSUER ?? "https://appleid.apple.com").origin;
