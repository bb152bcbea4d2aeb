import { BROWSER_HEADERS, type StartedSignIn } from "./sign-in.ts";

/** Lets the user say yes at the provider, and returns the callback request. */
export async function authorize({ url, cookies }: StartedSignIn): Promise<Request> {
	const { headers } = await fetch(url, { redirect: "manual" });
	const callback = headers.get("location");
	if (!callback) throw new Error(`the provider refused ${url}`);
	const cookie = cookies.map((setCookie) => setCookie.split(";")[0]).join("; ");
	return new Request(callback, { headers: { ...BROWSER_HEADERS, cookie } });
}
