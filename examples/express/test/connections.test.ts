import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, expect, test } from "vitest";
import { startPostgres } from "../embedded-postgres.ts";

/** Stands in for GitHub's API. */
const github = createServer((_request, response) => {
	requests++;
	response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
});
let answer: { status: number; body: unknown } = { status: 200, body: [] };
let requests = 0;
github.listen(0, "127.0.0.1");
await once(github, "listening");
afterAll(() => github.close());

process.env.DATABASE_URL = await startPostgres();
process.env.GITHUB_API_URL = `http://127.0.0.1:${(github.address() as AddressInfo).port}`;
process.env.TOKEN_KEY = Buffer.alloc(32, 1).toString("base64");
const { getConnections } = await import("../src/connections.ts");
const { connectionsPage } = await import("../src/pages/connections-page.ts");
const { getRepositories } = await import("../src/repositories.ts");
const { userStore } = await import("../src/users.ts");
const { keepTokens, vault } = await import("../src/vault.ts");

const attributes = { name: "Ada", email: null, emailVerified: null, picture: null };

async function createUser(providerUserId: string) {
	const { id } = await userStore.createUser({ providerId: "github", providerUserId }, attributes);
	const session = (accessToken: string, ...scope: string[]) => ({
		providerId: "github",
		providerUserId,
		tokens: { accessToken, tokenType: "bearer", scope, raw: {} },
	});
	return { id, session };
}

async function showPage(userId: string): Promise<string> {
	const repositories = await getRepositories(userId);
	return connectionsPage(await getConnections(userId, repositories.problem), repositories);
}

test("the page says that GitHub does not respond when it fails twice", async () => {
	const { id, session } = await createUser("outage");
	await keepTokens(id, { ...session("token"), intent: "sign-in" });
	answer = { status: 503, body: { message: "Unavailable" } };
	requests = 0;
	const page = await showPage(id);
	expect(page).toContain("GitHub does not respond now. Try again in a minute.");
	expect(page).toContain("Disconnect GitHub");
	expect(page).not.toMatch(/Connect again|Unavailable/);
	expect(requests).toBe(2);
});

test("the page offers to connect again when GitHub refuses the token, or no key can decrypt it", async () => {
	const { id, session } = await createUser("refused");
	await keepTokens(id, { ...session("token"), intent: "sign-in" });
	answer = { status: 401, body: { message: "Bad credentials" } };
	expect(await showPage(id)).toMatch(/GitHub no longer accepts the connection\..*Connect again/s);
	const connections = await getConnections(id, "GRANT_UNREADABLE");
	const page = connectionsPage(connections, { repositories: [], problem: "GRANT_UNREADABLE" });
	expect(page).toMatch(/This app can no longer read the connection\..*Connect again/s);
});

test("the page shows a repository's description as text, and says when there are no repositories", async () => {
	const { id, session } = await createUser("markup");
	await keepTokens(id, { ...session("token"), intent: "sign-in" });
	answer = { status: 200, body: [] };
	expect(await showPage(id)).toContain("There are none yet.");
	const repository = { full_name: "ada/notes", html_url: "https://github.com/ada/notes" };
	answer = { status: 200, body: [{ ...repository, description: "<script>" }] };
	expect(await showPage(id)).toMatch(/href="https:\/\/github\.com\/ada\/notes".*&#60;script&#62;/s);
});

test("a sign-in does not replace tokens with more scopes, unless it is with another account", async () => {
	const { id, session } = await createUser("scopes");
	const token = async () => (await vault.get(id, "github")).accessToken;
	await keepTokens(id, { ...session("first", "user:email"), intent: "sign-in" });
	await keepTokens(id, { ...session("more", "user:email", "repo"), intent: "link" });
	await keepTokens(id, { ...session("less", "user:email"), intent: "sign-in" });
	expect(await token()).toBe("more");
	await keepTokens(id, { ...session("as much", "repo", "user:email"), intent: "sign-in" });
	expect(await token()).toBe("as much");
	const other = { ...session("other", "user:email"), providerUserId: "other" };
	await keepTokens(id, { ...other, intent: "sign-in" });
	expect(await token()).toBe("other");
});
