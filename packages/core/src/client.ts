import type { Client, ProviderDefinition } from "./definition.js";
import { failure } from "./failure.js";
import type { ProviderConfig } from "./provider.js";

/** Takes from the config what is the app's to say, and nothing that protects a sign-in. */
export function createClient<ProviderUser>(
	definition: ProviderDefinition<ProviderUser>,
	{ clientId, clientSecret, redirectUri, scope = [], endpoints, fetch, timeout }: ProviderConfig,
): Client {
	return {
		...definition,
		clientId,
		clientSecret,
		redirectUri,
		scope: [...definition.scope, ...scope],
		endpoints: { ...definition.endpoints, ...endpoints },
		fetch,
		timeout,
	};
}

/** @throws OAuthError `INVALID_CONFIG` */
export function checkConfig(client: Client, known: Client["endpoints"], hasStore: boolean): void {
	const {
		clientId,
		clientSecret,
		createClientSecret,
		clientAuth,
		redirectUri,
		endpoints,
		timeout = 1,
		required,
	} = client;
	const isAddress = (url?: string) => url === undefined || (/^https?:/.test(url) && URL.canParse(url));
	const valid: Record<string, unknown> = {
		auth: hasStore,
		clientId,
		clientSecret: clientSecret || createClientSecret || clientAuth === "none",
		redirectUri: isAddress(redirectUri),
		timeout: timeout > 0 && timeout < 2 ** 31,
		// The last `@` of an account's id is the one before its server.
		idServer: !client.idServer?.includes("@"),
	};
	for (const name in required) valid[name] = required[name] && (valid[name] ?? true);
	for (const name in endpoints) valid[`endpoints.${name}`] = name in known && isAddress(endpoints[name]);
	const detail = Object.keys(valid).find((name) => !valid[name]);
	if (detail) throw failure(client, "INVALID_CONFIG", { step: "config", detail });
}
