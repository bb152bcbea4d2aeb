import { GitHub, generateState } from "arctic";
import { fetchGithubUser, keep, receive } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";

/** @see https://arcticjs.dev/providers/github */
export default function github(): SignIn {
	const provider = new GitHub(CLIENT.clientId, CLIENT.clientSecret, redirectUriOf("github"));
	return {
		async begin() {
			const state = generateState();
			const url = provider.createAuthorizationURL(state, ["user:email"]);
			return { url: url.href, cookies: [keep({ state })] };
		},
		async callback(request) {
			const tokens = await provider.validateAuthorizationCode(receive(request).code);
			return fetchGithubUser(tokens.accessToken());
		},
	};
}
