import { fetchGithubPerson, keep, receive } from "../../app.ts";
import { redirectUriOf, type SignIn } from "../../sign-in.ts";
import { authorizationUrl, randomText, redeem } from "./client.ts";

export default function github(): SignIn {
	const redirectUri = redirectUriOf("github");
	return {
		async begin() {
			const [state, codeVerifier] = [randomText(), randomText()];
			const url = await authorizationUrl("https://github.com/login/oauth/authorize", codeVerifier, {
				redirect_uri: redirectUri,
				scope: "read:user user:email",
				state,
			});
			return { url, cookies: [keep({ state, codeVerifier })] };
		},
		async callback(request) {
			const { code, codeVerifier } = receive(request);
			const tokens = await redeem(
				"https://github.com/login/oauth/access_token",
				redirectUri,
				code,
				codeVerifier,
			);
			return fetchGithubPerson(tokens.access_token);
		},
	};
}
