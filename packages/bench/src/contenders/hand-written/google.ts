import { keep, receive } from "../../app.ts";
import { redirectUriOf, type SignIn } from "../../sign-in.ts";
import { authorizationUrl, randomText, redeem } from "./client.ts";
import { verify } from "./id-token.ts";

export default function google(): SignIn {
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
			const { code, codeVerifier, nonce } = receive(request);
			const tokens = await redeem("https://oauth2.googleapis.com/token", redirectUri, code, codeVerifier);
			const { sub, email } = await verify(tokens.id_token, nonce);
			return { id: sub, email };
		},
	};
}
