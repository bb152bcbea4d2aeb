import type { Tokens } from "@oauth/core";
import type { Sealed } from "./seal.js";

/**
 * Joins the tokens of a refresh with those before. What a response leaves out stays: the refresh token, the scopes and the
 * ID token. An access token without an expiry is taken to live as long as the one before.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6749#section-6
 */
export function mergeRefreshed(before: Sealed, { expiresAt, ...tokens }: Tokens): Sealed {
	const { refreshTokenExpiresAt, expiresAt: _, ...kept } = before.tokens;
	const isSameToken = !tokens.refreshToken || tokens.refreshToken === kept.refreshToken;
	const said = expiresAt ? expiresAt.getTime() - Date.now() : Number.NaN;
	// What is not a number could not be stored, and these tokens are the only ones.
	const lifetime = Number.isFinite(said) ? said : before.lifetime || undefined;
	return {
		tokens: {
			...kept,
			// The end of a refresh token that has been replaced says nothing about the new one.
			...(isSameToken && refreshTokenExpiresAt && { refreshTokenExpiresAt }),
			...tokens,
			raw: { ...kept.raw, ...tokens.raw },
		},
		...(lifetime !== undefined && { lifetime }),
		issuedAt: Date.now(),
	};
}
