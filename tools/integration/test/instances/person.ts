/** Where a sign-in has ended. */
export interface Outcome {
	status: number;
	page: string;
	/** The instances that have answered, in order: of the begin, of the callback, and of the page after it. */
	instances: string[];
	/** The names of the cookies that are left. */
	cookies: string[];
}

/** Signs a person in at the app, as their browser does it: with cookies, and by way of the provider. */
export async function signIn(app: string, provider: string, person: number): Promise<Outcome> {
	const cookies = new Map<string, string>();
	const instances: string[] = [];
	let url = `${app}/login/${provider}`;
	for (;;) {
		const isApp = new URL(url).origin === app;
		const cookie = isApp ? [...cookies].map((pair) => pair.join("=")).join("; ") : `${person}`;
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

/** Does something with each, so many at a time, in their order. */
export async function forEach<Item, Result>(
	items: Item[],
	atOnce: number,
	work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
	const results: Result[] = [];
	const rest = items.entries();
	const worker = async () => {
		for (const [index, item] of rest) results[index] = await work(item);
	};
	await Promise.all(Array.from({ length: atOnce }, worker));
	return results;
}
