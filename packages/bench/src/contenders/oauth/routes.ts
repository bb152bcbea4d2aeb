import type { OAuthProvider } from "@oauth/core";
import type { SignIn } from "../../sign-in.ts";

export function routes(provider: OAuthProvider<unknown>): SignIn {
	return {
		async begin() {
			const { url, cookie } = await provider.startSignIn();
			return { url, cookies: [cookie] };
		},
		async callback(request) {
			const { providerUserId, profile } = await provider.handleCallback(request);
			return { id: providerUserId, email: profile.email ?? "" };
		},
	};
}
