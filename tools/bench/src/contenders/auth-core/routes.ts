import { Auth, type AuthConfig, skipCSRFCheck } from "@auth/core";
import { ORIGIN, type Provider, type SignIn, type User } from "../../sign-in.ts";

/** Calls its handler, with sessions in a cookie. The sign-in starts on the server, as in its framework packages. */
export function routes(name: Provider, provider: AuthConfig["providers"][number]): SignIn {
	const config: AuthConfig = {
		providers: [provider],
		basePath: "/auth",
		secret: "a secret of thirty-two characters",
		trustHost: true,
		skipCSRFCheck,
	};
	return {
		async begin() {
			const request = new Request(`${ORIGIN}/auth/signin/${name}`, {
				method: "POST",
				headers: { "content-type": "application/x-www-form-urlencoded" },
				body: new URLSearchParams({ callbackUrl: ORIGIN }),
			});
			const { headers } = (await Auth(request, config)) as Response;
			return { url: headers.get("location") ?? "", cookies: headers.getSetCookie() };
		},
		async callback(request) {
			let user: User | undefined;
			const signIn: NonNullable<AuthConfig["callbacks"]>["signIn"] = ({ account, profile }) => {
				user = { id: account?.providerAccountId ?? "", email: profile?.email ?? "" };
				return true;
			};
			const { headers } = (await Auth(request, { ...config, callbacks: { signIn } })) as Response;
			const hasSession = headers.getSetCookie().some((cookie) => cookie.includes("authjs.session-token="));
			if (!user || !hasSession) throw new Error(`no session, but ${headers.get("location")}`);
			return user;
		},
	};
}
