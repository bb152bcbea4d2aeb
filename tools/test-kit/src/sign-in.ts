import type { Cookie, SignIn } from "@oauth/core";

/** The parts of a started sign-in that the browser has. */
type StartedSignIn = Pick<SignIn, "url" | "state" | "cookies">;

/** Returns the request that starts a sign-in, from a browser with these cookies and headers. */
export function loginRequest(cookie = "", headers: Record<string, string> = {}): Request {
	return new Request("http://localhost:3000/login", { headers: { cookie, ...headers } });
}

/** Returns the callback request, with the flow's cookie and these parameters in addition to `state` and `code`. */
export function callbackRequest(
	signIn: StartedSignIn,
	params: Record<string, string | undefined> = {},
): Request {
	const redirectUri =
		new URL(signIn.url).searchParams.get("redirect_uri") ?? "http://localhost:3000/callback";
	const url = new URL(redirectUri);
	for (const [name, value] of Object.entries({ code: "code-of-ada", state: signIn.state, ...params }))
		if (value !== undefined) url.searchParams.set(name, value);
	return requestTo(url, signIn);
}

/** Returns the request of a browser that the provider has redirected to this URL, with the flow's cookie. */
export function requestTo(url: string | URL, signIn: Pick<SignIn, "cookies">): Request {
	return new Request(url, { headers: { cookie: cookiePair(signIn) } });
}

/** Returns the cookie that holds the flow. */
export function flowCookie({ cookies }: Pick<SignIn, "cookies">): Cookie {
	const [cookie] = cookies;
	if (!cookie) throw new Error("the sign-in has no cookie");
	return cookie;
}

/** Returns `name=value` of the flow's cookie, or of a `Set-Cookie` header. */
export function cookiePair(source: Pick<SignIn, "cookies"> | string): string {
	const setCookie = typeof source === "string" ? source : flowCookie(source).serialize();
	return setCookie.split(";")[0] ?? "";
}

/** Reads the flow from its cookie. */
// biome-ignore lint/suspicious/noExplicitAny: a test reads any member
export function readFlow(signIn: Pick<SignIn, "cookies">): any {
	const [startedAt = "", flow = ""] = flowCookie(signIn).value.split(".");
	return {
		...JSON.parse(Buffer.from(flow, "base64url").toString()),
		startedAt: Number.parseInt(startedAt, 36),
	};
}

/** Returns the sign-in with changes to the flow in its cookie, or with another value of the cookie. */
export function withFlow<Flow extends StartedSignIn>(
	signIn: Flow,
	change: string | Record<string, unknown>,
): Flow {
	const [startedAt] = flowCookie(signIn).value.split(".");
	const { startedAt: _, ...flow } = readFlow(signIn);
	const value =
		typeof change === "string"
			? change
			: `${startedAt}.${Buffer.from(JSON.stringify({ ...flow, ...change })).toString("base64url")}`;
	return withCookie(signIn, { value });
}

/** Returns the sign-in with another name or value of the flow's cookie. */
export function withCookie<Flow extends StartedSignIn>(signIn: Flow, change: Partial<Cookie>): Flow {
	const cookie = { ...flowCookie(signIn), ...change };
	return { ...signIn, cookies: [{ ...cookie, serialize: () => `${cookie.name}=${cookie.value}` }] };
}
