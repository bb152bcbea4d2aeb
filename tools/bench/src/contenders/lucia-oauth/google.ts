import { google as createProvider } from "@lucia-auth/oauth/providers";
import { keep, receive } from "../../app.ts";
import { CLIENT, redirectUriOf, type SignIn } from "../../sign-in.ts";
import { createAuth } from "./auth.ts";

export default function google(): SignIn {
	const provider = createProvider(createAuth(), {
		...CLIENT,
		redirectUri: redirectUriOf("google"),
		scope: ["https://www.googleapis.com/auth/userinfo.email"],
	});
	return {
		async begin() {
			const [url, state] = await provider.getAuthorizationUrl();
			return { url: url.href, cookies: [keep({ state })] };
		},
		async callback(request) {
			const { googleUser } = await provider.validateCallback(receive(request).code);
			return { id: googleUser.sub, email: googleUser.email ?? "" };
		},
	};
}
