/** The names of the settings that the app reads from its environment. `env.d.ts` derives their types from this list. */
export const settings = [
	// Where users reach this app: the callback URLs begin with it.
	"ORIGIN",
	"GITHUB_CLIENT_ID",
	"GITHUB_CLIENT_SECRET",
	// A GitHub Enterprise Server or an emulator, and where its `/user` is, if elsewhere.
	"GITHUB_BASE_URL",
	"GITHUB_API_URL",
	"GOOGLE_CLIENT_ID",
	"GOOGLE_CLIENT_SECRET",
	// An emulator in place of Google.
	"GOOGLE_ISSUER",
	"APPLE_CLIENT_ID",
	"APPLE_TEAM_ID",
	"APPLE_KEY_ID",
	"APPLE_PRIVATE_KEY",
	// An emulator in place of Apple.
	"APPLE_ISSUER",
	"DISCORD_CLIENT_ID",
	"DISCORD_CLIENT_SECRET",
	// An emulator in place of `https://discord.com`.
	"DISCORD_URL",
] as const;
