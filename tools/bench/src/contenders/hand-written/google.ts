import { createRemoteJWKSet, jwtVerify } from "jose";
import { keep, receive } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";
import { authorizationUrl, randomText, redeem } from "./client.ts";
import { exchange as withoutLimits } from "./exchange.ts";

const ISSUER = "https://accounts.google.com";
const keys = createRemoteJWKSet(new URL("https://www.googleapis.com/oauth2/v3/certs"));

export default function google(exchange = withoutLimits): SignIn {
	const redirectUri = redirectUriOf("google");
	return {
		async begin() {
			const [state, codeVerifier, nonce] = [randomText(), randomText(), randomText()];
			const url = await authorizationUrl("https://accounts.google.com/o/oauth2/v2/auth", codeVerifier, {
				redirect_uri: redirectUri,
				scope: "openid email profile",
				state,
				nonce,
			});
			return { url, cookies: [keep({ state, codeVerifier, nonce })] };
		},
		async callback(request) {
			const received = receive(request, ISSUER);
			const endpoint = "https://oauth2.googleapis.com/token";
			const tokens = await redeem(exchange, endpoint, redirectUri, received);
			return verify(tokens.id_token, received.nonce);
		},
	};
}

async function verify(idToken: string, nonce: string | undefined) {
	const { payload } = await jwtVerify<{ sub: string; email: string; azp?: string }>(idToken, keys, {
		issuer: ISSUER,
		audience: CLIENT.clientId,
		algorithms: ["RS256"],
		requiredClaims: ["exp", "iat", "sub"],
		clockTolerance: 30,
	});
	const { sub, email, azp = CLIENT.clientId } = payload;
	if (!nonce || payload.nonce !== nonce || azp !== CLIENT.clientId) throw new Error("a claim is wrong");
	return { id: sub, email };
}
