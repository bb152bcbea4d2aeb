import type { Person } from "./sign-in.ts";

// What an app writes itself where its library leaves it to the app.

/** What an app needs again in the callback. */
interface Kept {
	state: string;
	codeVerifier?: string;
	nonce?: string;
}

/** Keeps it in the person's browser: a `Set-Cookie` value. */
export function keep(kept: Kept): string {
	const value = encodeURIComponent(JSON.stringify(kept));
	return `__Host-sign-in=${value}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax; Secure`;
}

/** The code of a callback whose `state` is the one that was kept, and all else that was. */
export function receive(request: Request): Kept & { code: string } {
	const [, value = "null"] = /(?:^|; )__Host-sign-in=([^;]*)/.exec(request.headers.get("cookie") ?? "") ?? [];
	const kept = JSON.parse(decodeURIComponent(value)) as Kept | null;
	const { searchParams } = new URL(request.url);
	const code = searchParams.get("code");
	if (!kept || !code || searchParams.get("state") !== kept.state) throw new Error("the state is wrong");
	return { ...kept, code };
}

interface Email {
	email: string;
	primary: boolean;
}

export function githubPerson({ id }: { id: number }, emails: Email[]): Person {
	return { id: String(id), email: emails.find(({ primary }) => primary)?.email ?? "" };
}

/** Asks GitHub for the person as its documentation says. */
export async function fetchGithubPerson(accessToken: string): Promise<Person> {
	const [user, emails] = await Promise.all([
		get<{ id: number }>("https://api.github.com/user", accessToken),
		fetchGithubEmails(accessToken),
	]);
	return githubPerson(user, emails);
}

export function fetchGithubEmails(accessToken: string): Promise<Email[]> {
	return get("https://api.github.com/user/emails", accessToken);
}

async function get<Answer>(url: string, accessToken: string): Promise<Answer> {
	const headers = { accept: "application/json", authorization: `Bearer ${accessToken}`, "user-agent": "app" };
	const response = await fetch(url, { headers });
	if (!response.ok) throw new Error(`${url} answered ${response.status}`);
	return (await response.json()) as Answer;
}
