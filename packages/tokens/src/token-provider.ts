import type { OAuthProvider } from "@oauth/core";

/** Any provider, as far as its tokens are concerned. */
export type TokenProvider = Pick<
	OAuthProvider<unknown>,
	"id" | "apiUrl" | "tokenPolicy" | "refreshTokens" | "revokeToken"
>;
