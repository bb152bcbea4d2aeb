import type { Cookie, SignIn } from "@oauth/core";

/** A sign-in that has begun, as far as the browser knows it. */
type Begun = Pick<SignIn, "url" | "state" | "cookies">;

/** The request that asks for a sign-in, from a browser with these cookies and headers. */
export function loginRequest(cookie = "", headers: Record<string, string> = {}): Request {
	return new Request("http://localhost:3000/login", { headers: { cookie, ...headers } });
}

/** The request that brings a browser back: with the flow's cookie, and with these parameters beyond `state` and `code`. */
export function callbackRequest(signIn: Begun, params: Record<string, string | undefined> = {}): Request {
	const redirectUri =
		new URL(signIn.url).searchParams.get("redirect_uri") ?? "http://localhost:3000/callback";
	const url = new URL(redirectUri);
	for (const [name, value] of Object.entries({ code: "code-of-ada", state: signIn.state, ...params }))
		if (value !== undefined) url.searchParams.set(name, value);
	return new Request(url, { headers: { cookie: cookiePair(signIn) } });
}

/** The cookie of the flow itself. */
export function flowCookie({ cookies }: Pick<SignIn, "cookies">): Cookie {
	const [cookie] = cookies;
	if (!cookie) throw new Error("the sign-in has no cookie");
	return cookie;
}

/** `name=value` of the flow's cookie, or of a `Set-Cookie` header. */
export function cookiePair(source: Pick<SignIn, "cookies"> | string): string {
	const setCookie = typeof source === "string" ? source : flowCookie(source).serialize();
	return setCookie.split(";")[0] ?? "";
}

/** The flow in its cookie. */
// biome-ignore lint/suspicious/noExplicitAny: whatever a test looks for in it
export function readFlow(signIn: Pick<SignIn, "cookies">): any {
	const [startedAt = "", flow = ""] = flowCookie(signIn).value.split(".");
	return {
		...JSON.parse(Buffer.from(flow, "base64url").toString()),
		startedAt: Number.parseInt(startedAt, 36),
	};
}

/** The same sign-in in a browser that has changed the flow, or the whole value of its cookie. */
export function withFlow<Flow extends Begun>(signIn: Flow, change: string | Record<string, unknown>): Flow {
	const [startedAt] = flowCookie(signIn).value.split(".");
	const { startedAt: _, ...flow } = readFlow(signIn);
	const value =
		typeof change === "string"
			? change
			: `${startedAt}.${Buffer.from(JSON.stringify({ ...flow, ...change })).toString("base64url")}`;
	return withCookie(signIn, { value });
}

/** The same sign-in with another name or value of the flow's cookie. */
export function withCookie<Flow extends Begun>(signIn: Flow, change: Partial<Cookie>): Flow {
	const cookie = { ...flowCookie(signIn), ...change };
	return { ...signIn, cookies: [{ ...cookie, serialize: () => `${cookie.name}=${cookie.value}` }] };
}
