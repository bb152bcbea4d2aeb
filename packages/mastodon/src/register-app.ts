import { type Client, failure, type ProviderConfig, send } from "@oauth/core";

export const id = "mastodon";
/** What sign-in needs, and what an app has to be registered for. */
export const scope = ["read:accounts"];

/** In one spelling, because it becomes a part of the users' ids; `""` for what is no address. */
export function originOf(address: string): string {
	const { origin } = URL.canParse(address) ? new URL(address) : { origin: "" };
	return /^https?:/.test(origin) ? origin : "";
}

/** What a server has to know to register an app. */
export interface MastodonAppSettings extends Pick<ProviderConfig, "scope" | "fetch" | "timeout"> {
	/** The server's address, such as `https://mastodon.social`. What follows the host is left out. */
	baseUrl: string;
	/** The callback's address at your site. */
	redirectUri: string;
	/** The app's name, which people see when they sign in. */
	name: string;
	/** The address of the app's home page. */
	website?: string;
}

/** The part of a config that one server has given, and that is of no use at another. */
export interface MastodonApp extends Pick<ProviderConfig, "clientId" | "clientSecret"> {
	baseUrl: string;
}

/**
 * Registers the app at a server, which answers with credentials of its own. Once for each server: keep the answer.
 *
 * @throws OAuthError `INVALID_CONFIG` (no address of a server), `FAILED_REQUEST`
 * @see https://docs.joinmastodon.org/methods/apps/#create
 */
export async function registerMastodonApp(settings: MastodonAppSettings): Promise<MastodonApp> {
	const { name, website, redirectUri, fetch, timeout } = settings;
	const client = { id, fetch, timeout } as Client;
	const baseUrl = originOf(settings.baseUrl);
	if (!baseUrl) throw failure(client, "INVALID_CONFIG", { step: "config", detail: "baseUrl" });
	const scopes = [...scope, ...(settings.scope ?? [])].join(" ");
	const { client_id: clientId, client_secret: clientSecret } = await send(
		client,
		"config",
		`${baseUrl}/api/v1/apps`,
		{
			method: "POST",
			form: { client_name: name, redirect_uris: redirectUri, scopes, website },
			isAnswer: hasCredentials,
		},
	);
	return { baseUrl, clientId, clientSecret };
}

function hasCredentials(answer: unknown): boolean {
	const { client_id, client_secret } = Object(answer);
	return [client_id, client_secret].every((text) => text && typeof text === "string");
}
