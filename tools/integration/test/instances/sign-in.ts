/** The end of a sign-in. */
export interface Outcome {
	status: number;
	page: string;
	/** The instances that responded to the login, to the callback, and with the page after it. */
	instances: string[];
	/** The names of the cookies that remain. */
	cookies: string[];
}

/** Signs a user in as a browser does: with cookies, and by way of the provider. */
export async function signIn(app: string, provider: string, user: number): Promise<Outcome> {
	const cookies = new Map<string, string>();
	const instances: string[] = [];
	let url = `${app}/login/${provider}`;
	for (;;) {
		const isApp = new URL(url).origin === app;
		const cookie = isApp ? [...cookies].map((pair) => pair.join("=")).join("; ") : `${user}`;
		const response = await fetch(url, { headers: { cookie }, redirect: "manual" });
		const page = await response.text();
		if (isApp) {
			instances.push(`${response.headers.get("instance")}`);
			for (const setCookie of response.headers.getSetCookie()) keep(cookies, setCookie);
		}
		const location = response.headers.get("location");
		if (!location) return { status: response.status, page, instances, cookies: [...cookies.keys()] };
		url = new URL(location, url).href;
	}
}

function keep(cookies: Map<string, string>, setCookie: string): void {
	const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(setCookie) ?? [];
	if (setCookie.includes("Max-Age=0")) cookies.delete(name);
	else cookies.set(name, value);
}
