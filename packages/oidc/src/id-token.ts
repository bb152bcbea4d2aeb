import { type Client, failure, OAuthError } from "@oauth/core";
import type { IdTokenClaims } from "./claims.js";
import { findKey, isKeyFor } from "./keys.js";

const CLOCK_TOLERANCE_SECONDS = 30;

/** What an ID token is held against. */
export interface IdTokenRules<Claims> {
	/** Who may have issued it: some, or whom its own claims imply. */
	issuers: string[] | ((claims: Claims) => string);
	/** The signature algorithms that it may have. */
	algorithms: string[];
	/** The client ids that it may be for: the app's own unless told. */
	audience?: string | string[];
	/** What its nonce must be; without one it must have none. */
	nonce: string | undefined;
}

/**
 * The claims of an ID token that has passed every check.
 *
 * @throws OAuthError `INVALID_ID_TOKEN`; `FAILED_REQUEST` when the issuer's keys can't be had
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function verifyIdToken<Claims extends IdTokenClaims>(
	client: Client,
	idToken: string | undefined,
	{ issuers, algorithms, audience, nonce }: IdTokenRules<Claims>,
): Promise<Claims> {
	// jose checks no audience where it is given an empty one.
	const audiences = [audience ?? client.clientId].flat().filter(Boolean);
	try {
		const { jwtVerify } = await import("jose/jwt/verify");
		const { payload, protectedHeader } = await jwtVerify<Claims>(`${idToken}`, findKey(client), {
			issuer: typeof issuers === "function" ? undefined : issuers,
			audience: audiences,
			algorithms,
			requiredClaims: ["exp", "iat", "sub"],
			clockTolerance: CLOCK_TOLERANCE_SECONDS,
		});
		const { iss, sub, iat, aud, azp, nonce: saidNonce } = payload;
		const wrong = Object.entries({
			iss: typeof issuers !== "function" || (iss && iss === issuers(payload)),
			sub: typeof sub === "string" && sub,
			iat: iat <= Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS,
			azp: azp === undefined ? !Array.isArray(aud) || aud.length === 1 : audiences.includes(azp),
			nonce: saidNonce === nonce,
			kid: isKeyFor(client, protectedHeader.kid, payload),
		}).find(([, right]) => !right);
		if (!wrong) return payload;
		throw new Error(`unexpected "${wrong[0]}" claim value`);
	} catch (cause) {
		throw OAuthError.is(cause) ? cause : failure(client, "INVALID_ID_TOKEN", { step: "id_token", cause });
	}
}
