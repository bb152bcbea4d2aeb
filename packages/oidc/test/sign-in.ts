import { type OidcConfig, oidc } from "@oauth/oidc";
import type { Issuer } from "@oauth/test-kit/issuer";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";

export const CLIENT = {
	clientId: "client-1",
	clientSecret: "s3cr3t-of-the-client",
	redirectUri: "http://localhost:3000/callback",
};

export const TOKENS = { access_token: "access-token-of-ada", refresh_token: "refresh-token-of-ada" };

/** Changes to the valid claims, or a function of the nonce that makes the whole ID token. */
export type IdToken = Record<string, unknown> | ((nonce: string) => unknown);

/** Returns `oidc` at an issuer, with these settings. */
export function at({ url, fetch }: Pick<Issuer, "url"> & Partial<Issuer>, config: Partial<OidcConfig> = {}) {
	return oidc({ ...CLIENT, issuer: url, fetch, ...config });
}

/** Signs in with this ID token from the token endpoint. */
export async function signIn(issuer: Issuer, idToken: IdToken = {}, config: Partial<OidcConfig> = {}) {
	const flow = await at(issuer, config).startSignIn(loginRequest());
	await respondWith(issuer, idToken, new URL(flow.url).searchParams.get("nonce") ?? "");
	return at(issuer, config).handleCallback(callbackRequest(flow));
}

/** Sets the response of the token endpoint, and returns it. */
export async function respondWith(issuer: Issuer, idToken: IdToken, nonce?: string) {
	const made =
		typeof idToken === "function"
			? await idToken(nonce ?? "")
			: await issuer.sign(issuer.claims({ nonce, ...idToken }));
	const response = { ...TOKENS, token_type: "Bearer", expires_in: 3600, id_token: made };
	issuer.on("/token", response);
	return response;
}
