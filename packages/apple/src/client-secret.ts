import { type Client, failure, generateCodeChallenge } from "@oauth/core/provider";

/** In seconds. Apple accepts up to 15 777 000, but a short-lived secret is worth less if it leaks. */
const LIFETIME = 3600;
const MARGIN = 300;
const MAX_SECRETS = 200;

/** The key that signs the client secrets. */
export interface SigningKey {
	teamId: string;
	keyId: string;
	/** As {@link toPem} returns it. */
	privateKey: string;
}

/** Returns the text of a key's file, whose line ends may be spelled out, or `undefined` for anything else. */
export function toPem(privateKey: string | undefined): string | undefined {
	const text = `${privateKey}`.replaceAll("\\n", "\n").trim();
	const isPem = /^-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----$/.test(text);
	return isPem ? text : undefined;
}

/** Keyed by a hash of all their inputs, because an app may create a provider per request. The oldest comes first. */
const secrets = new Map<string, { secret: string; exp: number }>();

/**
 * Returns a client secret, which is kept in memory until shortly before it expires.
 *
 * @throws OAuthError `INVALID_CONFIG` for a key that can't be read
 * @see https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
export async function createClientSecret(client: Client, signingKey: SigningKey): Promise<string> {
	const { clientId, issuer } = client;
	const { teamId, keyId, privateKey } = signingKey;
	const name = await generateCodeChallenge(JSON.stringify([issuer, clientId, teamId, keyId, privateKey]));
	const iat = Math.floor(Date.now() / 1000);
	const cached = secrets.get(name);
	if (cached && iat < cached.exp - MARGIN) return cached.secret;

	const [{ SignJWT }, { importPKCS8 }] = await Promise.all([
		import("jose/jwt/sign"),
		import("jose/key/import"),
	]);
	const key = await importPKCS8(privateKey, "ES256").catch(() => {
		// Without the cause, which may quote the key.
		throw failure(client, "INVALID_CONFIG", {
			step: "config",
			reason: `"privateKey" is damaged, or is not a key on the curve P-256`,
			advice: "Developer: copy the whole text of the .p8 file that Apple gave you",
		});
	});
	const exp = iat + LIFETIME;
	// `aud` is the issuer in use, so that an emulator gets no secret that is valid at Apple.
	const secret = await new SignJWT({ iss: teamId, sub: clientId, aud: issuer, iat, exp })
		.setProtectedHeader({ alg: "ES256", kid: keyId })
		.sign(key);
	for (const [oldName, old] of secrets) {
		const isExpiring = iat >= old.exp - MARGIN;
		if (oldName === name || isExpiring || secrets.size >= MAX_SECRETS) secrets.delete(oldName);
	}
	secrets.set(name, { secret, exp });
	return secret;
}
