import { failure, type ProviderConfig, send, urlProblem } from "@oauth/core/provider";

export const id = "mastodon";
/** What sign-in needs, and what an app has to be registered for. */
export const scope = ["read:accounts"];

/** Returns a server's URL in one spelling, because it becomes a part of the users' ids. A wrong one is refused before use. */
export function originOf(url = ""): string {
	return new URL(urlProblem(url) ? "https://-" : url).origin;
}

/** What a server has to know to register an app. */
export interface MastodonAppSettings
	extends Pick<ProviderConfig, "redirectUri" | "scope" | "fetch" | "timeout"> {
	/** The server's URL, such as `https://mastodon.social`. What follows the host is left out. */
	baseUrl: string;
	/** The app's name, which users see when they sign in. */
	name: string;
	/** The URL of the app's home page. */
	website?: string | undefined;
}

/** The part of a config that one server has given, and that is of no use at another. */
export interface MastodonApp {
	baseUrl: string;
	clientId: string;
	clientSecret: string;
}

/**
 * Registers the app at a server, which responds with credentials of its own. Once for each server: keep them.
 *
 * @throws OAuthError `INVALID_CONFIG` for a wrong setting, `FAILED_REQUEST`
 * @see https://docs.joinmastodon.org/methods/apps/#create
 */
export async function registerMastodonApp(settings: MastodonAppSettings): Promise<MastodonApp> {
	const { baseUrl = "", redirectUri, name, website, scope: more = [], fetch, timeout } = settings;
	const problem = Object.entries({
		baseUrl: urlProblem(baseUrl),
		scope: !Array.isArray(more) && "must be a list",
	}).find(([, wrong]) => wrong);
	if (problem)
		throw failure({ id }, "INVALID_CONFIG", { step: "config", reason: `"${problem[0]}" ${problem[1]}` });
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
		const text = Object(response)[name];
		return !text || typeof text !== "string";
	});
	return missing && `the response has no ${missing}`;
}
