import { type Client, failure } from "@oauth/core";

/** In seconds. Apple takes up to 15 777 000, but a short-lived one is worth less to whoever finds it. */
const LIFETIME = 3600;
const MARGIN = 300;

/** What the app signs its secrets with. */
export interface SigningKey {
	teamId: string;
	keyId: string;
	privateKey: string;
}

/** The text of a key's file, whose line ends may be spelled out; `undefined` for anything else. */
export function toPem(privateKey: string | undefined): string | undefined {
	const text = `${privateKey}`.replaceAll("\\n", "\n").trim();
	const isPem = /^-----BEGIN PRIVATE KEY-----[A-Za-z0-9+/=\s]+-----END PRIVATE KEY-----$/.test(text);
	return isPem ? text : undefined;
}

/** By all that is in them, since a provider may be made anew for each request. */
const secrets = new Map<string, { secret: string; exp: number }>();

/**
 * A client secret, from memory until shortly before it expires.
 *
 * @throws OAuthError `INVALID_CONFIG` for a key that can't be read
 * @see https://developer.apple.com/documentation/accountorganizationaldatasharing/creating-a-client-secret
 */
export async function createClientSecret(client: Client, signingKey: SigningKey): Promise<string> {
	const { clientId, issuer } = client;
	const { teamId, keyId, privateKey } = signingKey;
	const name = JSON.stringify([issuer, clientId, teamId, keyId, privateKey]);
	const iat = Math.floor(Date.now() / 1000);
	const cached = secrets.get(name);
	if (cached && iat < cached.exp - MARGIN) return cached.secret;

	const [{ SignJWT }, { importPKCS8 }] = await Promise.all([
		import("jose/jwt/sign"),
		import("jose/key/import"),
	]);
	const key = await importPKCS8(toPem(privateKey) as string, "ES256").catch(() => {
		// Without the cause, which may quote the key.
		throw failure(client, "INVALID_CONFIG", { step: "config", detail: "privateKey" });
	});
	const exp = iat + LIFETIME;
	// Another issuer, such as an emulator, gets no secret that is good at Apple.
	const secret = await new SignJWT({ iss: teamId, sub: clientId, aud: issuer, iat, exp })
		.setProtectedHeader({ alg: "ES256", kid: keyId })
		.sign(key);
	secrets.set(name, { secret, exp });
	return secret;
}
