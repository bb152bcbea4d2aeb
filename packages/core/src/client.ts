import { defined } from "./defined.js";
import type { AnyDefinition, Client } from "./definition.js";
import { failure } from "./failure.js";
import type { EmailConfig, ProviderConfig } from "./provider.js";
import { urlProblem } from "./settings.js";

/** Makes a client of a definition and a config, which can't replace anything that protects a sign-in. */
export function createClient(definition: AnyDefinition, config: ProviderConfig & EmailConfig): Client {
	const { clientId, clientSecret, redirectUri, scope = [], endpoints, fetch, timeout } = config;
	const { emailScope, emailNeedsGrant } = definition;
	const email = config.email ?? !emailNeedsGrant;
	return {
		...definition,
		// Checked before the first use.
		clientId: clientId as string,
		clientSecret: clientSecret as string,
		redirectUri,
		scope: [definition.scope, (email && emailScope) || [], scope].flat(),
		invalid: { ...definition.invalid, scope: !Array.isArray(scope) && "must be a list" },
		email,
		endpoints: { ...definition.endpoints, ...defined(endpoints ?? {}) },
		fetch,
		timeout,
	};
}

/** Says what is wrong with the redirect URI. It receives the code, which nobody on the way may read. */
function redirectUriProblem({ redirectUri, redirectUriOptional }: Client): string | undefined {
	if (!redirectUri) return redirectUriOptional ? undefined : MISSING;
	if (spaceProblem(redirectUri)) return spaceProblem(redirectUri);
	const { protocol, hostname } = URL.canParse(redirectUri) ? new URL(redirectUri) : {};
	const isLoopback = /^(.*\.)?localhost$|^127\.[\d.]+$|^\[::1\]$/.test(`${hostname}`);
	return protocol === "https:" || (protocol === "http:" && isLoopback)
		? undefined
		: "must be an absolute URL with https, or with http on localhost";
}

/** Finds the spaces that copying, or a file of environment variables, leaves behind. */
function spaceProblem(text: unknown): string | undefined {
	return typeof text === "string" && text !== text.trim()
		? "begins or ends with a space or a line break"
		: undefined;
}

const MISSING = "is missing: is its environment variable set?";

/**
 * Checks the settings.
 *
 * @param hasStore `false` where something else than a user store was passed as `auth`
 * @throws OAuthError `INVALID_CONFIG`
 */
export function checkConfig(client: Client, known: Client["endpoints"], hasStore: boolean): void {
	const { clientId, clientSecret, createClientSecret, clientAuth, endpoints, timeout = 1 } = client;
	const needsSecret = !createClientSecret && clientAuth !== "none";
	const required: Record<string, unknown> = {
		clientId,
		...(needsSecret && { clientSecret }),
		...client.required,
	};
	const problems: Record<string, string | false | undefined> = {
		auth: !hasStore && "is neither Lucia nor a UserStore: is it undefined because of an import cycle?",
	};
	for (const name in required) problems[name] = required[name] ? spaceProblem(required[name]) : MISSING;
	for (const name in client.invalid) problems[name] ||= client.invalid[name];
	problems.redirectUri = redirectUriProblem(client);
	for (const name in endpoints)
		problems[`endpoints.${name}`] =
			name in known ? urlProblem(endpoints[name]) : `is not one of ${Object.keys(known).join(", ")}`;
	problems.timeout = !(timeout > 0 && timeout < 2 ** 31) && "must be a number of milliseconds";
	// The last `@` of an account's id is the one before its server.
	problems.idServer = client.idServer?.includes("@") && "must not contain an @";
	const wrong = Object.entries(problems).find(([, problem]) => problem);
	if (wrong) throw failure(client, "INVALID_CONFIG", { step: "config", reason: `"${wrong[0]}" ${wrong[1]}` });
}
