import type { SignIn } from "@oauth/core";

/** The request that brings a browser back: with the flow's cookie, and with these parameters beyond `state` and `code`. */
export function callbackRequest(
	signIn: Pick<SignIn, "url" | "cookie" | "state">,
	params: Record<string, string | undefined> = {},
): Request {
	const redirectUri =
		new URL(signIn.url).searchParams.get("redirect_uri") ?? "http://localhost:3000/callback";
	const url = new URL(redirectUri);
	for (const [name, value] of Object.entries({ code: "code-of-ada", state: signIn.state, ...params }))
		if (value !== undefined) url.searchParams.set(name, value);
	return new Request(url, { headers: { cookie: cookiePair(signIn.cookie) } });
}

/** `name=value` of a `Set-Cookie` value. */
export function cookiePair(setCookie: string): string {
	return setCookie.split(";")[0] ?? "";
}
