import { failure, normalizeUrl, type ProviderConfig, send, urlProblem } from "@oauth/core/provider";

export const id = "mastodon";
/** The scopes that sign-in needs. An app has to be registered with them. */
export const scope = ["read:accounts"];

/** Returns a server's URL in one spelling, because it becomes part of the user's id. `urlProblem` refuses a wrong URL. */
export function originOf(url = ""): string {
	return new URL(normalizeUrl(url)).origin;
}

/** The settings of an app that {@link registerMastodonApp} registers. */
export interface MastodonAppSettings
	extends Pick<ProviderConfig, "redirectUri" | "scope" | "fetch" | "timeout"> {
	/** The server's URL, such as `https://mastodon.social`. What follows the host is left out. */
	baseUrl: string;
	/** The app's name, which users see when they sign in. */
	name: string;
	/** The URL of the app's home page. */
	website?: string | undefined;
}

/** The part of a config that is valid at one server only. */
export interface MastodonApp {
	baseUrl: string;
	clientId: string;
	clientSecret: string;
}

/**
 * Registers the app at a server, and returns its credentials there. Register once for each server, and store the result.
 *
 * @throws OAuthError `INVALID_CONFIG` for a wrong setting; `FAILED_REQUEST` if the server refuses, or is not a Mastodon server
 * @see https://docs.joinmastodon.org/methods/apps/#create
 */
export async function registerMastodonApp(settings: MastodonAppSettings): Promise<MastodonApp> {
	const { baseUrl = "", redirectUri, name, website, scope: more = [], fetch, timeout } = settings;
	const problems = { baseUrl: urlProblem(baseUrl), scope: !Array.isArray(more) && "must be a list" };
	for (const [name, problem] of Object.entries(problems))
		if (problem) throw failure({ id }, "INVALID_CONFIG", { step: "config", reason: `"${name}" ${problem}` });
	const web = originOf(baseUrl);
	const form = {
		client_name: name,
		redirect_uris: redirectUri,
		scopes: [...scope, ...more].join(" "),
		website,
	};
	const client = { id, fetch, timeout };
	const { client_id: clientId, client_secret: clientSecret } = await send(
		client,
		"config",
		`${web}/api/v1/apps`,
		{ method: "POST", form, findProblem: findMissingCredential },
	);
	return { baseUrl: web, clientId, clientSecret };
}

function findMissingCredential(response: unknown): string | undefined {
	const missing = ["client_id", "client_secret"].find((name) => {
		const credential = Object(response)[name];
		return !credential || typeof credential !== "string";
	});
	return missing && `the response has no ${missing}`;
}
