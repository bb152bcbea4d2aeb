import { type Begun, BROWSER_HEADERS } from "./sign-in.ts";

/** Goes to the provider, where the user says yes, and comes back. */
export async function authorize({ url, cookies }: Begun): Promise<Request> {
	const { headers } = await fetch(url, { redirect: "manual" });
	const callback = headers.get("location");
	if (!callback) throw new Error(`the provider refuses ${url}`);
	const cookie = cookies.map((setCookie) => setCookie.split(";")[0]).join("; ");
	return new Request(callback, { headers: { ...BROWSER_HEADERS, cookie } });
}
