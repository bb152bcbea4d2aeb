import { type Client, createCache, failure } from "@oauth/core/provider";

/** As long as a flow lives: later, no callback of another issuer's can be mixed up with it. */
const RECENT_MS = 600_000;
const MAX_REDIRECT_URIS = 200;

/** The two issuers that were asked last, by redirect URI: whichever asks now, one of them is another. */
const recentIssuers = createCache<Map<string, number>>(MAX_REDIRECT_URIS);

/**
 * Refuses an issuer whose redirect URI is another issuer's too, unless it always says in the callback who it is: one of them
 * could send the user to the other, and would be given the other's code.
 *
 * @throws OAuthError `INVALID_CONFIG`
 * @see https://www.rfc-editor.org/rfc/rfc9700#section-4.4.2
 */
export function refuseSharedRedirectUri(client: Client): void {
	const { issuer = "", redirectUri = "", authorizationResponseIss } = client;
	// Emulators come and go on a developer's machine.
	if (redirectUri.startsWith("http:")) return;
	const byRedirectUri = recentIssuers(client);
	const issuers = byRedirectUri.get(redirectUri) ?? new Map<string, number>();
	byRedirectUri.set(redirectUri, issuers);
	issuers.delete(issuer);
	for (const [name, usedAt] of issuers)
		if (issuers.size > 1 || Date.now() - usedAt > RECENT_MS) issuers.delete(name);
	const [other] = issuers.keys();
	issuers.set(issuer, Date.now());
	if (!other || authorizationResponseIss) return;
	throw failure(client, "INVALID_CONFIG", {
		step: "config",
		reason: `"redirectUri" is also that of ${other}, and ${issuer} sends no "iss"`,
		advice: "Developer: give each issuer a redirect URI of its own",
	});
}
