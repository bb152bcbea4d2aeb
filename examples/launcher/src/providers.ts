import { emulateDiscord } from "./discord.ts";
import { type EmulatedProvider, emulateApple, emulateGitHub, emulateGoogle } from "./emulators.ts";
import { people as demoPeople, type Person } from "./people.ts";

export interface DemoProvider {
	id: string;
	name: string;
	/** The environment variables with the credentials for the real provider. */
	credentials: string[];
	emulate(origin: string, people: Person[]): Promise<EmulatedProvider>;
}

/** In the order in which the pages show them. */
export const providers: DemoProvider[] = [
	{
		id: "github",
		name: "GitHub",
		credentials: ["GITHUB_CLIENT_ID", "GITHUB_CLIENT_SECRET"],
		emulate: emulateGitHub,
	},
	{
		id: "google",
		name: "Google",
		credentials: ["GOOGLE_CLIENT_ID", "GOOGLE_CLIENT_SECRET"],
		emulate: emulateGoogle,
	},
	{
		id: "apple",
		name: "Apple",
		credentials: ["APPLE_CLIENT_ID", "APPLE_TEAM_ID", "APPLE_KEY_ID", "APPLE_PRIVATE_KEY"],
		emulate: emulateApple,
	},
	{
		id: "discord",
		name: "Discord",
		credentials: ["DISCORD_CLIENT_ID", "DISCORD_CLIENT_SECRET"],
		emulate: emulateDiscord,
	},
];

/** Whether the environment has the provider's credentials: then the app uses the real one. */
export function hasCredentials({ credentials }: DemoProvider): boolean {
	return credentials.every((name) => process.env[name]);
}

/** Starts emulators of these providers for an app at `origin`, and returns them by id. */
export async function emulateProviders(
	origin: string,
	which = providers,
	people = demoPeople,
): Promise<Map<string, EmulatedProvider>> {
	return new Map(
		await Promise.all(which.map(async ({ id, emulate }) => [id, await emulate(origin, people)] as const)),
	);
}
