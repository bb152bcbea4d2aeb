import { decodeIdToken, Google, generateCodeVerifier, generateState } from "arctic";
import { keep, receive } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";

/** @see https://arcticjs.dev/providers/google */
export default function google(): SignIn {
	const provider = new Google(CLIENT.clientId, CLIENT.clientSecret, redirectUriOf("google"));
	return {
		async begin() {
			const [state, codeVerifier] = [generateState(), generateCodeVerifier()];
			const url = provider.createAuthorizationURL(state, codeVerifier, ["openid", "email", "profile"]);
			return { url: url.href, cookies: [keep({ state, codeVerifier })] };
		},
		async callback(request) {
			const { code, codeVerifier = "" } = receive(request);
			const tokens = await provider.validateAuthorizationCode(code, codeVerifier);
			const { sub, email } = decodeIdToken(tokens.idToken()) as { sub: string; email: string };
			return { id: sub, email };
		},
	};
}
