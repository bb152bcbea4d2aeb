import { createEmulator, type SeedConfig, type ServiceName } from "emulate";
import type { Refusal } from "./cancel-link.ts";
import { close, findFreePort, listen } from "./listen.ts";
import { githubPeople, googlePeople } from "./people.ts";
import { createProxy } from "./proxy.ts";

/** An emulated provider, and the settings with which the app talks to it. */
export interface EmulatedProvider {
	url: string;
	env: Record<string, string>;
	close(): Promise<void>;
}

// They open nothing but the emulators of this one process.
const client = { client_id: "demo-client", client_secret: "demo-secret" };

export async function emulateGitHub(origin: string): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/github/callback`;
	const { url, close } = await emulate({
		service: "github",
		redirectUri,
		authorizationPath: "/login/oauth/authorize",
		refusal: {
			error: "access_denied",
			error_description: "The user has denied your application access.",
		},
		seed: () => ({
			github: {
				users: githubPeople,
				oauth_apps: [{ ...client, name: "Sign-in demo", redirect_uris: [redirectUri] }],
			},
		}),
	});
	return {
		url,
		env: {
			GITHUB_CLIENT_ID: client.client_id,
			GITHUB_CLIENT_SECRET: client.client_secret,
			GITHUB_BASE_URL: url,
			GITHUB_API_URL: url,
		},
		close,
	};
}

export async function emulateGoogle(origin: string): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/google/callback`;
	const { url, close } = await emulate({
		service: "google",
		redirectUri,
		authorizationPath: "/o/oauth2/v2/auth",
		refusal: { error: "access_denied" },
		seed: (baseUrl) => ({
			google: {
				users: googlePeople.map(({ login, ...person }) => ({
					...person,
					picture: `${baseUrl}/avatars/u/${login}`,
				})),
				oauth_clients: [{ ...client, name: "Sign-in demo", redirect_uris: [redirectUri] }],
			},
		}),
	});
	return {
		url,
		env: {
			GOOGLE_CLIENT_ID: client.client_id,
			GOOGLE_CLIENT_SECRET: client.client_secret,
			GOOGLE_ISSUER: url,
		},
		close,
	};
}

interface Emulation {
	service: ServiceName;
	redirectUri: string;
	authorizationPath: string;
	refusal: Refusal;
	seed(baseUrl: string): SeedConfig;
}

async function emulate({ service, seed, ...proxied }: Emulation) {
	const port = await findFreePort();
	const proxy = createProxy({ port, ...proxied });
	// Not `localhost`: for a browser the provider is another site than the app, as it is in earnest.
	const url = `http://127.0.0.1:${await listen(proxy)}`;
	const emulator = await createEmulator({ service, port, baseUrl: url, seed: seed(url) });
	return {
		url,
		async close() {
			await Promise.all([close(proxy), emulator.close()]);
		},
	};
}
