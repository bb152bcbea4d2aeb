import * as client from "openid-client";
import { keep, receive } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";

export default function google(): SignIn {
	let discovered: Promise<client.Configuration> | undefined;
	const discover = () => {
		discovered ??= client.discovery(
			new URL("https://accounts.google.com"),
			CLIENT.clientId,
			CLIENT.clientSecret,
			undefined,
			{ execute: [client.enableNonRepudiationChecks] },
		);
		return discovered;
	};
	return {
		async begin() {
			const [state, codeVerifier] = [client.randomState(), client.randomPKCECodeVerifier()];
			const nonce = client.randomNonce();
			const url = client.buildAuthorizationUrl(await discover(), {
				redirect_uri: redirectUriOf("google"),
				scope: "openid email profile",
				code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
				code_challenge_method: "S256",
				state,
				nonce,
			});
			return { url: url.href, cookies: [keep({ state, codeVerifier, nonce })] };
		},
		async callback(request) {
			const { state, codeVerifier, nonce } = receive(request);
			const tokens = await client.authorizationCodeGrant(await discover(), new URL(request.url), {
				expectedState: state,
				expectedNonce: nonce,
				pkceCodeVerifier: codeVerifier,
				idTokenExpected: true,
			});
			const claims = tokens.claims();
			return { id: claims?.sub ?? "", email: String(claims?.email) };
		},
	};
}
