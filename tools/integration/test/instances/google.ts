import { exportJWK, generateKeyPair, SignJWT } from "jose";
import { serveProvider } from "./provider.ts";

const { PICTURES } = process.env;
const ISSUER = "https://accounts.google.com";
const { privateKey, publicKey } = await generateKeyPair("RS256");

await serveProvider({
	callback: { iss: ISSUER },
	async answerToken(person, nonce) {
		const picture = `${PICTURES}/picture?of=google-${person}`;
		const idToken = new SignJWT({ nonce, name: `Person ${person}`, picture })
			.setProtectedHeader({ alg: "RS256", kid: "key" })
			.setIssuer(ISSUER)
			.setAudience("client")
			.setSubject(person)
			.setIssuedAt()
			.setExpirationTime("1h");
		return { token_type: "Bearer", expires_in: 3599, id_token: await idToken.sign(privateKey) };
	},
	resources: {
		"/jwks": { keys: [{ ...(await exportJWK(publicKey)), kid: "key", alg: "RS256", use: "sig" }] },
	},
});
