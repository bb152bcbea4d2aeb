import { type Client, failure, OAuthError } from "@oauth/core/provider";
import type { JWTVerifyOptions, JWTVerifyResult } from "jose";
import type { IdTokenClaims } from "./claims.js";
import { isKeyFor, type KeySet, loadKeys, reloadKeys } from "./keys.js";

const CLOCK_TOLERANCE_SECONDS = 30;
const MAX_SUB_LENGTH = 255;

/** A key that is new, or that is not what it was. */
const OUTDATED = ["ERR_JWKS_NO_MATCHING_KEY", "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"];

/** What an ID token is checked against. */
export interface IdTokenRules<Claims> {
	/** The issuers that it may be from, or the one that its own claims imply. */
	issuers: string[] | ((claims: Claims) => string);
	/** The signature algorithms that it may have. */
	algorithms: string[];
	/** The client ids that it may be for. */
	audience: string | (string | undefined)[];
	/** What its nonce must be; without one it must have none. `false` for one that comes with a refresh. */
	nonce: string | undefined | false;
	/** Names a claim that is not what the app's settings ask for. */
	findWrongClaim?(claims: Claims): string | undefined;
}

let jose: typeof import("jose/jwt/verify") | undefined;

/** Loads what checks signatures, once: an `import()` of what is loaded already isn't free. */
export async function loadVerifier(): Promise<typeof import("jose/jwt/verify")> {
	jose ??= await import("jose/jwt/verify");
	return jose;
}

/**
 * Returns the claims of an ID token that has passed every check.
 *
 * @throws OAuthError `INVALID_ID_TOKEN`, whose message names the claim; `FAILED_REQUEST` when the issuer's keys can't be had
 * @see https://openid.net/specs/openid-connect-core-1_0.html#IDTokenValidation
 */
export async function verifyIdToken<Claims extends IdTokenClaims>(
	client: Client,
	idToken: string | undefined,
	{ issuers, algorithms, audience, nonce, findWrongClaim }: IdTokenRules<Claims>,
): Promise<Claims> {
	// jose checks no audience where it is given an empty one.
	const audiences = [audience].flat().filter((client): client is string => !!client);
	const expected: Record<string, string> = {
		iss: typeof issuers === "function" ? "the one of its own tenant" : issuers.join(" or "),
		aud: audiences.join(" or "),
		azp: audiences.join(" or "),
		nonce: "the one of this sign-in",
		exp: "a time to come, by the clock of this server",
		iat: "a time that is past, by the clock of this server",
		nbf: "a time that is past, by the clock of this server",
		kid: "a key that the issuer has for itself",
		sub: `text of 1 to ${MAX_SUB_LENGTH} characters`,
	};
	try {
		if (!idToken) throw new Error("the token response has no id_token");
		const { payload, protectedHeader, keys } = await verifySignature<Claims>(client, idToken, {
			issuer: typeof issuers === "function" ? undefined : issuers,
			audience: audiences,
			algorithms,
			requiredClaims: ["exp", "iat", "sub"],
			clockTolerance: CLOCK_TOLERANCE_SECONDS,
		});
		const { iss, sub, iat, aud, azp, nonce: actualNonce } = payload;
		const wrong = Object.entries({
			iss: typeof issuers !== "function" || (iss && iss === issuers(payload)),
			sub: typeof sub === "string" && sub.trim() && sub.length <= MAX_SUB_LENGTH,
			iat: iat <= Date.now() / 1000 + CLOCK_TOLERANCE_SECONDS,
			azp: azp === undefined ? !Array.isArray(aud) || aud.length === 1 : audiences.includes(azp),
			nonce: nonce === false || actualNonce === nonce,
			kid: !keys || isKeyFor(keys, protectedHeader.kid, payload),
		}).find(([, right]) => !right);
		if (wrong) throw Object.assign(new Error(`unexpected "${wrong[0]}" claim value`), { claim: wrong[0] });
		const unwanted = findWrongClaim?.(payload);
		if (unwanted) throw new Error(`the "${unwanted}" claim is not what the settings ask for`);
		return payload;
	} catch (cause) {
		if (OAuthError.is(cause)) throw cause;
		const { message, claim, code } = cause as Error & { claim?: string; code?: string };
		const more = claim ? expected[claim] : code === "ERR_JOSE_ALG_NOT_ALLOWED" && algorithms.join(" or ");
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
	// Where a provider's algorithms are HMACs, there are no public keys.
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
					// The key is the right one, and another says nothing about the claims.
					if ((reason as { claim?: string }).claim) break;
				}
			throw failed;
		}
	};
	const keys = await loadKeys(client);
	try {
		return await verifyWith(keys);
	} catch (error) {
		const reloaded =
			OUTDATED.includes(`${(error as { code?: string }).code}`) && (await reloadKeys(client, keys));
		if (!reloaded) throw error;
		return verifyWith(reloaded);
	}
}
