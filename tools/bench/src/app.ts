import type { User } from "./sign-in.ts";

// The code that an app writes itself where its library leaves it to the app.

const LIFETIME_SECONDS = 600;

/** The values that the app keeps until the callback. */
interface Kept {
	state: string;
	codeVerifier?: string;
	nonce?: string;
}

interface Received extends Kept {
	code: string;
}

/** Returns a `Set-Cookie` value that keeps these values in the browser. */
export function keep(kept: Kept): string {
	const value = encodeURIComponent(JSON.stringify({ ...kept, startedAt: Math.floor(Date.now() / 1000) }));
	return `__Host-sign-in=${value}; Path=/; Max-Age=${LIFETIME_SECONDS}; HttpOnly; SameSite=Lax; Secure`;
}

/**
 * Checks a callback, and returns its code with the values that were kept.
 *
 * @param issuer the required `iss`; by default, `iss` is not checked
 */
export function receive(request: Request, issuer?: string): Received {
	const [, value = "null"] = /(?:^|; )__Host-sign-in=([^;]*)/.exec(request.headers.get("cookie") ?? "") ?? [];
	const kept = JSON.parse(decodeURIComponent(value)) as (Kept & { startedAt: number }) | null;
	const { searchParams } = new URL(request.url);
	const once = (name: string) => {
		const values = searchParams.getAll(name);
		if (values.length > 1) throw new Error(`${name} came twice`);
		return values[0];
	};
	const [state, iss, error, code] = [once("state"), once("iss"), once("error"), once("code")];
	if (!kept || state !== kept.state) throw new Error("the state is wrong");
	if (!(Date.now() / 1000 - kept.startedAt <= LIFETIME_SECONDS)) throw new Error("the sign-in is too old");
	if (issuer && iss !== issuer) throw new Error("the issuer is wrong");
	if (error || !code) throw new Error("the provider sent an error instead of a code");
	return { ...kept, code };
}

interface Email {
	email: string;
	primary: boolean;
}

export function toGithubUser({ id }: { id: number }, emails: Email[]): User {
	return { id: String(id), email: emails.find(({ primary }) => primary)?.email ?? "" };
}

/** Requests JSON. */
export type Get = <Body>(url: string, accessToken: string) => Promise<Body>;

/** Requests the user from GitHub as it documents. */
export async function fetchGithubUser(accessToken: string, get: Get = getJson): Promise<User> {
	const [user, emails] = await Promise.all([
		get<{ id: number }>("https://api.github.com/user", accessToken),
		fetchGithubEmails(accessToken, get),
	]);
	return toGithubUser(user, emails);
}

export function fetchGithubEmails(accessToken: string, get: Get = getJson): Promise<Email[]> {
	return get("https://api.github.com/user/emails", accessToken);
}

async function getJson<Body>(url: string, accessToken: string): Promise<Body> {
	const headers = { accept: "application/json", authorization: `Bearer ${accessToken}`, "user-agent": "app" };
	const response = await fetch(url, { headers });
	if (!response.ok) throw new Error(`${url} responded ${response.status}`);
	return (await response.json()) as Body;
}
