import { connect } from "node:net";

/** Changes to a sign-in on its way through the browser. */
export interface Changes {
	/** The fault of the provider's token response. */
	fault?: string;
	/** Changes the state that the browser brings back. */
	changeState?(state: string): string;
}

/** The app's response. */
export interface AppResponse {
	status: number;
	cookies: string[];
	// biome-ignore lint/suspicious/noExplicitAny: a test expects its members
	json: any;
}

export async function send(request: string | Request): Promise<AppResponse> {
	const response = await fetch(request);
	return { status: response.status, cookies: response.headers.getSetCookie(), json: await response.json() };
}

/** Sends a request, and resets the connection as soon as `meanwhile` is done. */
export async function sendAndLeave(
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

/** Starts a sign-in, and lets the user say yes at the provider. Returns the callback request, with the flow's cookie. */
export async function authorize(app: string, id: string, changes: Changes = {}): Promise<Request> {
	const { fault, changeState = (state) => state } = changes;
	const login = await fetch(`${app}/${id}/login`, { redirect: "manual" });
	const [cookie = ""] = login.headers.getSetCookie();
	const authorization = new URL(login.headers.get("location") ?? "");
	const isPost = authorization.searchParams.get("response_mode") === "form_post";
	if (fault) authorization.searchParams.set("fault", fault);

	const response = await fetch(authorization, { redirect: "manual" });
	const location = response.headers.get("location");
	if (!location) throw new Error(`the provider refused ${authorization}: ${await response.text()}`);
	const { searchParams } = new URL(location);
	searchParams.set("state", changeState(searchParams.get("state") ?? ""));

	const callback = `${app}/${id}/callback`;
	const headers = { cookie: cookie.split(";")[0] ?? "" };
	return isPost
		? new Request(callback, { method: "POST", headers, body: searchParams })
		: new Request(`${callback}?${searchParams}`, { headers });
}

/** Signs in, and returns the response to the callback. */
export async function signIn(...args: Parameters<typeof authorize>): Promise<AppResponse> {
	return send(await authorize(...args));
}
