/** The names of what the app reads from its environment, beside the database. `env.d.ts` makes their types of it. */
export const settings = [
	// Where people reach this app: the callback URLs begin with it.
	"ORIGIN",
	"GITHUB_CLIENT_ID",
	"GITHUB_CLIENT_SECRET",
	// A GitHub Enterprise Server or an emulator, and where its `/user` is if elsewhere.
	"GITHUB_BASE_URL",
	"GITHUB_API_URL",
	"GOOGLE_CLIENT_ID",
	"GOOGLE_CLIENT_SECRET",
	// An emulator that speaks as Google does.
	"GOOGLE_ISSUER",
	"APPLE_CLIENT_ID",
	"APPLE_TEAM_ID",
	"APPLE_KEY_ID",
	"APPLE_PRIVATE_KEY",
	// An emulator that speaks as Apple does.
	"APPLE_ISSUER",
	"DISCORD_CLIENT_ID",
	"DISCORD_CLIENT_SECRET",
	// A stand-in for `https://discord.com`.
	"DISCORD_URL",
] as const;
