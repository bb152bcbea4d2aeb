import { fetchGithubUser, keep, receive } from "../../app.ts";
import { redirectUriOf, type SignIn } from "../../sign-in.ts";
import { authorizationUrl, getWith, randomText, redeem } from "./client.ts";
import { exchange as withoutLimits } from "./exchange.ts";

export default function github(exchange = withoutLimits): SignIn {
	const redirectUri = redirectUriOf("github");
	const get = getWith(exchange);
	return {
		async begin() {
			const [state, codeVerifier] = [randomText(), randomText()];
			const url = await authorizationUrl("https://github.com/login/oauth/authorize", codeVerifier, {
				redirect_uri: redirectUri,
				scope: "user:email",
				state,
			});
			return { url, cookies: [keep({ state, codeVerifier })] };
		},
		async callback(request) {
			const received = receive(request, "https://github.com/login/oauth");
			const endpoint = "https://github.com/login/oauth/access_token";
			const tokens = await redeem(exchange, endpoint, redirectUri, received);
			return fetchGithubUser(tokens.access_token, get);
		},
	};
}
