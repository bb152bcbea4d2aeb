import { type Client, failure, OAuthError } from "@oauth/core/provider";
import type { JWTVerifyOptions, JWTVerifyResult } from "jose";
import type { IdTokenClaims } from "./claims.js";
import { isKeyFor, type KeySet, loadKeys, reloadKeys } from "./keys.js";

/** How far this server's clock may be off, in seconds. */
export const CLOCK_TOLERANCE = 30;
const MAX_SUB_LENGTH = 255;

/** The errors of jose that a new or a replaced key explains. */
const OUTDATED = ["ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"];

/** The rules that an ID token is checked against. */
export interface IdTokenRules<Claims> {
	/** The accepted issuers, or a function that returns the one that the claims imply. */
	issuers: string[] | ((claims: Claims) => string);
	/** The accepted signature algorithms. */
	algorithms: string[];
	/** The client ids that are accepted in `aud` and `azp`. */
	audience: string | (string | undefined)[];
	/** The expected nonce: `undefined` if there must be none, `false` for a refreshed token, whose nonce is not checked. */
	nonce: string | undefined | false;
	/** How far this server's clock may be off, in seconds. @default 30 */
	clockTolerance?: number;
	/** Returns the name of a claim that is not what the app's settings require. */
	findWrongClaim?(claims: Claims): string | undefined;
}

let jose: typeof import("jose/jwt/verify") | undefined;

/** Loads jose's verifier once: repeating the `import()` of a loaded module isn't free. */
export async function loadVerifier(): Promise<typeof import("jose/jwt/verify")> {
	jose ??= await import("jose/jwt/verify");
	return jose;
}

/**
 * Returns the claims of an ID token that has passed every check.
 *
 * @throws OAuthError `INVALID_ID_TOKEN`, whose message names the claim; `FAILED_REQUEST` if the issuer's keys can't be fetched
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function verifyIdToken<Claims extends IdTokenClaims>(
	client: Client,
	idToken: string | undefined,
	{
		issuers,
		algorithms,
		audience,
		nonce,
		clockTolerance = CLOCK_TOLERANCE,
		findWrongClaim,
	}: IdTokenRules<Claims>,
): Promise<Claims> {
	// jose skips the check of `aud` if the audience is "", but not if it is [].
	const audiences = [audience].flat().filter((client): client is string => !!client);
	const expected: Record<string, string> = {
		iss: typeof issuers === "function" ? "the issuer of its own tenant" : issuers.join(" or "),
		aud: audiences.join(" or "),
		azp: audiences.join(" or "),
		nonce: "the nonce of this sign-in",
		exp: "a time in the future, by this server's clock",
		iat: "a time in the past, by this server's clock",
		nbf: "a time in the past, by this server's clock",
		kid: "a key of this issuer",
		sub: `text of 1 to ${MAX_SUB_LENGTH} characters`,
	};
	try {
		if (!idToken) throw new Error("the token response has no id_token");
		const { payload, protectedHeader, keys } = await verifySignature<Claims>(client, idToken, {
			issuer: typeof issuers === "function" ? undefined : issuers,
			audience: audiences,
			algorithms,
			requiredClaims: ["exp", "iat", "sub"],
			clockTolerance,
		});
		const { iss, sub, iat, aud, azp, nonce: actualNonce } = payload;
		const hasOneAudience = !Array.isArray(aud) || aud.length === 1;
		const wrong = Object.entries({
			iss: typeof issuers !== "function" || (iss && iss === issuers(payload)),
			sub: typeof sub === "string" && sub.trim() && sub.length <= MAX_SUB_LENGTH,
			iat: iat <= Date.now() / 1000 + clockTolerance,
			azp: azp === undefined ? hasOneAudience : audiences.includes(azp),
			nonce: nonce === false || actualNonce === nonce,
			kid: !keys || isKeyFor(keys, protectedHeader.kid, payload),
		}).find(([, right]) => !right);
		if (wrong) throw Object.assign(new Error(`unexpected "${wrong[0]}" claim value`), { claim: wrong[0] });
		const unwanted = findWrongClaim?.(payload);
		if (unwanted) throw new Error(`the "${unwanted}" claim is not what the settings require`);
		return payload;
	} catch (cause) {
		if (OAuthError.is(cause)) throw cause;
		const { message, claim, code } = cause as Error & { claim?: string; code?: string };
		const allowed = code === "ERR_JOSE_ALG_NOT_ALLOWED" && algorithms.join(" or ");
		const more = claim ? expected[claim] : allowed;
		throw failure(client, "INVALID_ID_TOKEN", {
			step: "id_token",
			reason: more ? `${message}, expected ${more}` : message,
			cause,
			secrets: [idToken, nonce],
		});
	}
}

type Verified<Claims> = JWTVerifyResult<Claims> & { keys?: KeySet };

async function verifySignature<Claims>(
	client: Client,
	idToken: string,
	options: JWTVerifyOptions,
): Promise<Verified<Claims>> {
	const { jwtVerify } = await loadVerifier();
	// A provider with HMACs alone has no public keys.
	if (options.algorithms?.every((name) => name.startsWith("HS")))
		return jwtVerify<Claims>(idToken, new TextEncoder().encode(client.clientSecret), options);

	const verifyWith = async (keys: KeySet): Promise<Verified<Claims>> => {
		try {
			return { ...(await jwtVerify<Claims>(idToken, keys.find, options)), keys };
		} catch (error) {
			if ((error as { code?: string }).code !== "ERR_JWKS_MULTIPLE_MATCHING_KEYS") throw error;
			let failed = error;
			for await (const key of error as AsyncIterable<CryptoKey>)
				try {
					return { ...(await jwtVerify<Claims>(idToken, key, options)), keys };
				} catch (reason) {
					failed = reason;
					// This key fits, so no other can make the claims right.
					if ((reason as { claim?: string }).claim) break;
				}
			throw failed;
		}
	};
	const keys = await loadKeys(client);
	try {
		return await verifyWith(keys);
	} catch (error) {
		if (!OUTDATED.includes(`${(error as { code?: string }).code}`)) throw error;
		const reloaded = await reloadKeys(client, keys);
		if (!reloaded) throw error;
		return verifyWith(reloaded);
	}
}
