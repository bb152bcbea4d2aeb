import { type Client, createCache, failure } from "@oauth/core/provider";

/** The lifetime of a flow: later, its callback can't be mixed up with another issuer's. */
const RECENT_MS = 600_000;
const MAX_REDIRECT_URIS = 200;

/** The two issuers used last, by redirect URI: at least one of them is not the one in use now. */
const recentIssuers = createCache<Map<string, number>>(MAX_REDIRECT_URIS);

/**
 * Refuses an issuer that shares its redirect URI with another, unless it always sends `iss`: a dishonest one could send
 * the user on to the other and receive the other's code.
 *
 * @throws OAuthError `INVALID_CONFIG`
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2
 */
export function refuseSharedRedirectUri(client: Client): void {
	const { issuer = "", redirectUri = "", authorizationResponseIss } = client;
	// Plain http is a developer's machine, where emulators come and go.
	if (redirectUri.startsWith("http:")) return;
	const byRedirectUri = recentIssuers(client);
	const issuers = byRedirectUri.get(redirectUri) ?? new Map<string, number>();
	byRedirectUri.set(redirectUri, issuers);
	issuers.delete(issuer);
	for (const [name, usedAt] of issuers) {
		const isOver = Date.now() - usedAt > RECENT_MS;
		if (isOver || issuers.size > 1) issuers.delete(name);
	}
	const [other] = issuers.keys();
	issuers.set(issuer, Date.now());
	if (!other || authorizationResponseIss) return;
	throw failure(client, "INVALID_CONFIG", {
		step: "config",
		reason: `"redirectUri" is also that of ${other}, and ${issuer} does not announce "iss"`,
		advice: "Developer: give each issuer a redirect URI of its own",
	});
}
