import { AsyncLocalStorage } from "node:async_hooks";
import { betterAuth } from "better-auth/minimal";
import { CLIENT, ORIGIN, type Provider, type SignIn, type User } from "../../sign-in.ts";

/** Calls its handler, without a database, so that sessions are in a cookie. */
export function routes(name: Provider, idField: "id" | "sub"): SignIn {
	const signedIn = new AsyncLocalStorage<{ user?: User }>();
	const mapProfileToUser = (profile: { id?: string; sub?: string; email: string }) => {
		const user = { id: String(profile[idField]), email: profile.email };
		Object.assign(signedIn.getStore() ?? {}, { user });
		return {};
	};
	const auth = betterAuth({
		baseURL: ORIGIN,
		basePath: "/auth",
		secret: "bUh4nB7yqkYxI0VbqzJ1mGmKq1S7mXwP",
		rateLimit: { enabled: false },
		socialProviders: { [name]: { ...CLIENT, mapProfileToUser } },
	});
	return {
		async begin() {
			const request = new Request(`${ORIGIN}/auth/sign-in/social`, {
				method: "POST",
				headers: { "content-type": "application/json", origin: ORIGIN },
				body: JSON.stringify({ provider: name, callbackURL: "/" }),
			});
			const response = await auth.handler(request);
			const { url } = (await response.json()) as { url: string };
			return { url, cookies: response.headers.getSetCookie() };
		},
		callback(request) {
			return signedIn.run({}, async () => {
				const { headers } = await auth.handler(request);
				const user = signedIn.getStore()?.user;
				const hasSession = headers.getSetCookie().some((cookie) => cookie.includes("session_token="));
				if (!user || !hasSession) throw new Error(`no session, but ${headers.get("location")}`);
				return user;
			});
		},
	};
}
