import * as client from "openid-client";
import { keep, receive, toGithubUser } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";

/** GitHub publishes no metadata, so the app names the endpoints. */
export default function github(): SignIn {
	const server = {
		issuer: "https://github.com/login/oauth",
		authorization_endpoint: "https://github.com/login/oauth/authorize",
		token_endpoint: "https://github.com/login/oauth/access_token",
	};
	const config = new client.Configuration(server, CLIENT.clientId, CLIENT.clientSecret);
	const get = async (url: string, accessToken: string) => {
		const response = await client.fetchProtectedResource(config, accessToken, new URL(url), "GET");
		return response.json();
	};
	return {
		async begin() {
			const [state, codeVerifier] = [client.randomState(), client.randomPKCECodeVerifier()];
			const url = client.buildAuthorizationUrl(config, {
				redirect_uri: redirectUriOf("github"),
				scope: "user:email",
				code_challenge: await client.calculatePKCECodeChallenge(codeVerifier),
				code_challenge_method: "S256",
				state,
			});
			return { url: url.href, cookies: [keep({ state, codeVerifier })] };
		},
		async callback(request) {
			const { state, codeVerifier } = receive(request);
			const { access_token } = await client.authorizationCodeGrant(config, new URL(request.url), {
				expectedState: state,
				pkceCodeVerifier: codeVerifier,
			});
			const [user, emails] = await Promise.all([
				get("https://api.github.com/user", access_token),
				get("https://api.github.com/user/emails", access_token),
			]);
			return toGithubUser(user, emails);
		},
	};
}
