import type { OAuthProvider } from "@oauth/core";
import type { SignIn } from "../../sign-in.ts";

export function routes(provider: OAuthProvider<unknown>): SignIn {
	return {
		async begin(request) {
			const { url, cookies } = await provider.startSignIn(request);
			return { url, cookies: cookies.map((cookie) => cookie.serialize()) };
		},
		async callback(request) {
			const { providerUserId, profile } = await provider.handleCallback(request);
			return { id: providerUserId, email: profile.email ?? "" };
		},
	};
}
