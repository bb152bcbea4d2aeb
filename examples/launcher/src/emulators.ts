import { generateKeyPairSync } from "node:crypto";
import { createEmulator, type SeedConfig, type ServiceName } from "emulate";
import type { Refusal } from "./cancel-button.ts";
import { checkTokens, type Intercept } from "./github-tokens.ts";
import { close, findFreePort, listen } from "./listen.ts";
import type { Person } from "./people.ts";
import { createProxy } from "./proxy.ts";

/** An emulated provider, and the settings by which the app uses it. */
export interface EmulatedProvider {
	url: string;
	env: Record<string, string>;
	close(): Promise<void>;
}

/** These credentials work only at the emulators of this process. */
export const client = { id: "demo-client", secret: "demo-secret" };
const name = "Sign-in demo";

export async function emulateGitHub(origin: string, people: Person[]): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/github/callback`;
	const { url, close } = await emulate({
		service: "github",
		redirectUri,
		authorizationPath: "/login/oauth/authorize",
		refusal: {
			method: "get",
			params: {
				error: "access_denied",
				error_description: "The user has denied your application access.",
			},
		},
		intercept: (port) => checkTokens(port, client),
		seed: () => ({
			// The emulator has this user anyway. As the first one it gets the tokens that are no longer known: see `checkTokens`.
			users: [{ login: "ghost" }, ...people.map(({ login, name, email }) => ({ login, name, email }))],
			repos: people.flatMap(({ login, isNew }) => (isNew ? [] : repositoriesOf(login))),
			oauth_apps: [
				{ client_id: client.id, client_secret: client.secret, name, redirect_uris: [redirectUri] },
			],
		}),
	});
	return {
		url,
		env: {
			GITHUB_CLIENT_ID: client.id,
			GITHUB_CLIENT_SECRET: client.secret,
			GITHUB_BASE_URL: url,
			GITHUB_API_URL: url,
		},
		close,
	};
}

/** Public ones only, because the emulator lists private ones whatever the token's scopes. */
function repositoriesOf(owner: string) {
	return [
		{ owner, name: "analytical-engine", description: "The first program, in notes", language: "TypeScript" },
		{ owner, name: "compiler", description: "Programs in plain words", language: "C" },
		{ owner, name: "dotfiles" },
	];
}

export async function emulateGoogle(origin: string, people: Person[]): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/google/callback`;
	const { url, close } = await emulate({
		service: "google",
		redirectUri,
		authorizationPath: "/o/oauth2/v2/auth",
		refusal: { method: "get", params: { error: "access_denied" } },
		seed: (baseUrl) => ({
			users: people.map(({ login, name, email, emailVerified = true }) => ({
				email,
				name,
				email_verified: emailVerified,
				picture: `${baseUrl}/avatars/u/${login}`,
			})),
			oauth_clients: [
				{ client_id: client.id, client_secret: client.secret, name, redirect_uris: [redirectUri] },
			],
		}),
	});
	return {
		url,
		env: { GOOGLE_CLIENT_ID: client.id, GOOGLE_CLIENT_SECRET: client.secret, GOOGLE_ISSUER: url },
		close,
	};
}

export async function emulateApple(origin: string, people: Person[]): Promise<EmulatedProvider> {
	const redirectUri = `${origin}/login/apple/callback`;
	const [teamId, keyId] = ["DEMOTEAM01", "DEMOKEY001"];
	const { url, close } = await emulate({
		service: "apple",
		redirectUri,
		authorizationPath: "/auth/authorize",
		refusal: { method: "post", params: { error: "user_cancelled_authorize" } },
		seed: () => ({
			users: people.map(({ name, email, hidesEmail = false }) => ({
				name,
				email,
				is_private_email: hidesEmail,
			})),
			oauth_clients: [
				{ client_id: client.id, team_id: teamId, key_id: keyId, name, redirect_uris: [redirectUri] },
			],
		}),
	});
	const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
	return {
		url,
		env: {
			APPLE_CLIENT_ID: client.id,
			APPLE_TEAM_ID: teamId,
			APPLE_KEY_ID: keyId,
			APPLE_PRIVATE_KEY: privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
			APPLE_ISSUER: url,
		},
		close,
	};
}

interface Emulation {
	service: ServiceName;
	redirectUri: string;
	authorizationPath: string;
	refusal: Refusal;
	/** Returns what responds to some requests in place of the emulator at this port. */
	intercept?(port: number): Intercept;
	seed(baseUrl: string): SeedConfig;
}

async function emulate(emulation: Emulation): Promise<Pick<EmulatedProvider, "url" | "close">> {
	try {
		return await tryToEmulate(emulation);
	} catch (error) {
		// Another program took the port after it was found free.
		if ((error as NodeJS.ErrnoException).code !== "EADDRINUSE") throw error;
		return emulate(emulation);
	}
}

async function tryToEmulate({ service, seed, intercept, ...proxied }: Emulation) {
	const port = await findFreePort();
	const proxy = createProxy({ port, ...proxied, intercept: intercept?.(port) });
	// Not `localhost`, so that the provider is another site than the app, as in production.
	const hostname = "127.0.0.1";
	const url = `http://${hostname}:${await listen(proxy)}`;
	try {
		const options = { service, port, hostname, baseUrl: url, seed: { [service]: seed(url) } };
		const emulator = await createEmulator(options);
		return {
			url,
			async close() {
				await Promise.all([close(proxy), emulator.close()]);
			},
		};
	} catch (error) {
		await close(proxy);
		throw error;
	}
}
