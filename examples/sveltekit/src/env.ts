import { defineEnvVars } from "@sveltejs/kit/env";

/** Optional, so that the app builds without secrets: a missing setting fails when it is needed. */
const optional = {
	schema: (value: string | undefined) => value || undefined,
};

export const variables = defineEnvVars({
	ORIGIN: {
		description: "Where users reach this app: the callback URLs begin with it",
		schema: (value: string | undefined) => value || "http://localhost:5173",
	},
	DATABASE_FILE: {
		description: "The SQLite file, created if it does not exist",
		schema: (value: string | undefined) => value || "demo.db",
	},
	/** Encrypts the tokens in the database: 32 random bytes in base64. */
	TOKEN_KEY: optional,
	GITHUB_CLIENT_ID: optional,
	GITHUB_CLIENT_SECRET: optional,
	/** A GitHub Enterprise Server, or an emulator. */
	GITHUB_BASE_URL: optional,
	/** Where its API is, if not where the base URL implies. */
	GITHUB_API_URL: optional,
	GOOGLE_CLIENT_ID: optional,
	GOOGLE_CLIENT_SECRET: optional,
	/** An emulator in place of Google. */
	GOOGLE_ISSUER: optional,
	APPLE_CLIENT_ID: optional,
	APPLE_TEAM_ID: optional,
	APPLE_KEY_ID: optional,
	APPLE_PRIVATE_KEY: optional,
	/** An emulator in place of Apple. */
	APPLE_ISSUER: optional,
	DISCORD_CLIENT_ID: optional,
	DISCORD_CLIENT_SECRET: optional,
	/** An emulator in place of `https://discord.com`. */
	DISCORD_URL: optional,
});
