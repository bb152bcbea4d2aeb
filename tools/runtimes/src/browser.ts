import { connect } from "node:net";

/** What happens on the way. */
export interface Happenings {
	/** What goes wrong at the provider. */
	fault?: string;
	/** What the browser brings back in place of the state. */
	changeState?(state: string): string;
}

/** An answer of the app. */
export interface Answer {
	status: number;
	cookies: string[];
	// biome-ignore lint/suspicious/noExplicitAny: a test says what it has to be
	json: any;
}

export async function ask(request: string | Request): Promise<Answer> {
	const response = await fetch(request);
	return { status: response.status, cookies: response.headers.getSetCookie(), json: await response.json() };
}

/** Asks, and breaks the connection when `meanwhile` is over. */
export async function askAndLeave(
	{ url, headers }: Request,
	meanwhile: () => Promise<unknown>,
): Promise<void> {
	const { port, pathname, search } = new URL(url);
	const socket = connect(Number(port), "127.0.0.1");
	socket.write(
		`GET ${pathname}${search} HTTP/1.1\r\nhost: localhost\r\ncookie: ${headers.get("cookie")}\r\n\r\n`,
	);
	await meanwhile();
	socket.resetAndDestroy();
}

/** Begins a sign-in, says yes at the provider, and is about to go back to the app, with the flow's cookie. */
export async function permit(app: string, id: string, happenings: Happenings = {}): Promise<Request> {
	const { fault, changeState = (state) => state } = happenings;
	const begun = await fetch(`${app}/${id}/login`, { redirect: "manual" });
	const [cookie = ""] = begun.headers.getSetCookie();
	const authorization = new URL(begun.headers.get("location") ?? "");
	const isPost = authorization.searchParams.get("response_mode") === "form_post";
	if (fault) authorization.searchParams.set("fault", fault);

	const permitted = await fetch(authorization, { redirect: "manual" });
	const { searchParams } = new URL(permitted.headers.get("location") ?? "");
	searchParams.set("state", changeState(searchParams.get("state") ?? ""));

	const callback = `${app}/${id}/callback`;
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return isPost
		? new Request(callback, { method: "POST", headers, body: searchParams })
		: new Request(`${callback}?${searchParams}`, { headers });
}

/** A whole sign-in. */
export async function signIn(...args: Parameters<typeof permit>): Promise<Answer> {
	return ask(await permit(...args));
}
