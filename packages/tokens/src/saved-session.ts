import type { Tokens } from "@oauth/core";
import { fail } from "./failures.js";
import type { Sealed } from "./seal.js";
import type { SavedSession } from "./vault.js";

/**
 * Returns the tokens of a sign-in, to be stored. A session may have come from JSON, where dates are text.
 *
 * @throws OAuthError `INVALID_CONFIG` for what is no session
 */
export function contentOf({ providerId, providerUserId, tokens }: SavedSession): Sealed {
	const { expiresAt, refreshTokenExpiresAt, ...rest } = tokens ?? {};
	const dates = { expiresAt: toDate(expiresAt), refreshTokenExpiresAt: toDate(refreshTokenExpiresAt) };
	const problem = Object.entries({
		providerId: !providerId && "is missing",
		providerUserId: !providerUserId && "is missing",
		"tokens.accessToken": !tokens?.accessToken && "is missing: is it a session of an ID token alone?",
		"tokens.expiresAt": Number.isNaN(dates.expiresAt?.getTime()) && "is no date",
		"tokens.refreshTokenExpiresAt": Number.isNaN(dates.refreshTokenExpiresAt?.getTime()) && "is no date",
	}).find(([, wrong]) => wrong);
	if (problem)
		throw fail(providerId, "INVALID_CONFIG", {
			step: "grant",
			reason: `"${problem[0]}" of the session ${problem[1]}`,
			advice: "Developer: pass the session of handleCallback",
		});
	return {
		tokens: {
			...rest,
			...(dates.refreshTokenExpiresAt && { refreshTokenExpiresAt: dates.refreshTokenExpiresAt }),
		},
		...(dates.expiresAt && { lifetime: Math.max(0, dates.expiresAt.getTime() - Date.now()) }),
		issuedAt: Date.now(),
	};
}

/** Returns the granted scopes: those that were asked for, where the provider does not say. */
export function scopeOf({ tokens, requestedScope }: SavedSession): string[] | undefined {
	const scope: unknown = tokens.scope ?? requestedScope;
	return typeof scope === "string" ? scope.split(/[\s,]+/).filter(Boolean) : (scope as string[] | undefined);
}

function toDate(date: Tokens["expiresAt"]): Date | undefined {
	return date === undefined || date === null ? undefined : new Date(date);
}
