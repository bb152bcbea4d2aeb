import { github as createProvider } from "@lucia-auth/oauth/providers";
import { fetchGithubEmails, keep, receive, toGithubUser } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";
import { createAuth } from "./auth.ts";

export default function github(): SignIn {
	const provider = createProvider(createAuth(), {
		...CLIENT,
		redirectUri: redirectUriOf("github"),
		scope: ["user:email"],
	});
	return {
		async begin() {
			const [url, state] = await provider.getAuthorizationUrl();
			return { url: url.href, cookies: [keep({ state })] };
		},
		async callback(request) {
			const { githubUser, githubTokens } = await provider.validateCallback(receive(request).code);
			return toGithubUser(githubUser, await fetchGithubEmails(githubTokens.accessToken));
		},
	};
}
