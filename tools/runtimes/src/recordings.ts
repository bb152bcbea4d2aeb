import type { Recording } from "@oauth/testing";
import apple from "../../../packages/apple/test/recording.json" with { type: "json" };
import github from "../../../packages/github/test/recording.json" with { type: "json" };
import google from "../../../packages/google/test/recording.json" with { type: "json" };
import oidc from "../../../packages/oidc/test/recording.json" with { type: "json" };

export type ProviderId = "github" | "google" | "apple" | "oidc";

export const GITHUB_TOKEN_URL = github.token.url;
export const GITHUB_USER_URL = "https://api.github.com/user";
export const GOOGLE_TOKEN_URL = google.token.url;
export const GOOGLE_KEYS_URL = google.idToken.jwks;

/** The packages' own recordings, with more of the optional members that a provider may send. */
export const recordings: Record<ProviderId, Recording> = {
	github: withTokens({
		...github,
		user: { ...github.user, [GITHUB_USER_URL]: { ...github.user[GITHUB_USER_URL], name: "Ada" } },
		profile: { ...github.profile, name: "Ada" },
	}),
	google: withTokens(google),
	apple: withTokens(apple),
	oidc: withTokens(oidc),
};

/** Adds a scope, an expiry, and refresh tokens that are rotated. */
function withTokens({ token, refresh, ...recording }: Recording): Recording {
	const issued = { refresh_token: "refresh-token-of-ada", ...token.answer, scope: "a b" };
	const refreshed = { expires_in: 3600, ...refresh?.answer, refresh_token: "fresh-refresh-token-of-ada" };
	return { ...recording, token: { ...token, answer: issued }, refresh: { ...refresh, answer: refreshed } };
}

/** Returns the recording of the issuer that is discovered, for an issuer at this URL. */
export function recordIssuer(url: string): Recording {
	return JSON.parse(JSON.stringify(recordings.oidc).replaceAll(oidc.config.issuer, url));
}
