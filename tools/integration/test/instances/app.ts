// One instance of an app. It keeps its data only in the database, whose file it shares with the other instance.

import { setTimeout } from "node:timers/promises";
import { OAuthError } from "@oauth/core";
import { github } from "@oauth/github";
import { google } from "@oauth/google";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";
import { listenForTest } from "./listen.ts";

const { APP, DATABASE_FILE, GITHUB, GITHUB_TIMEOUT, GOOGLE } = process.env;
const auth = createLucia1(createDatabase(DATABASE_FILE));

const githubAuth = github(auth, {
	clientId: "client",
	clientSecret: "secret",
	redirectUri: `${APP}/login/github/callback`,
	endpoints: {
		authorization: `${GITHUB}/github.com/login/oauth/authorize`,
		token: `${GITHUB}/github.com/login/oauth/access_token`,
		user: `${GITHUB}/api.github.com/user`,
		emails: `${GITHUB}/api.github.com/user/emails`,
	},
	timeout: Number(GITHUB_TIMEOUT),
});
const googleAuth = google(auth, {
	clientId: "client",
	clientSecret: "secret",
	redirectUri: `${APP}/login/google/callback`,
	endpoints: {
		authorization: `${GOOGLE}/accounts.google.com/o/oauth2/v2/auth`,
		token: `${GOOGLE}/oauth2.googleapis.com/token`,
		jwks: `${GOOGLE}/www.googleapis.com/oauth2/v3/certs`,
	},
});

const pages: Record<string, (request: Request) => Promise<Response>> = {
	"/": showUser,
	"/login/github": async (request) => (await githubAuth.startSignIn(request)).response(),
	"/login/google": async (request) => (await googleAuth.startSignIn(request)).response(),
	"/login/github/callback": (request) => callback(githubAuth, request),
	"/login/google/callback": (request) => callback(googleAuth, request),
	"/memory": measureMemory,
};

await listenForTest(async (incoming, outgoing) => {
	const headers = { cookie: incoming.headers.cookie ?? "" };
	const request = new Request(new URL(incoming.url ?? "/", APP), { headers });
	const page = pages[new URL(request.url).pathname];
	const response = page ? await page(request).catch(explain) : new Response("not found", { status: 404 });
	outgoing
		.setHeaders(response.headers)
		.writeHead(response.status)
		.end(await response.text());
});

async function callback(
	provider: typeof githubAuth | typeof googleAuth,
	request: Request,
): Promise<Response> {
	const { existingUser, createUser, profile, cookie } = await provider.handleCallback(request);
	let user = existingUser;
	if (!user) {
		// Like an app that copies the picture. Meanwhile the user may sign in in another tab.
		await (await fetch(`${profile.picture}`)).text();
		user = await createUser({ username: `${profile.name}` });
	}
	const session = await auth.createSession(user.userId);
	const headers = new Headers({ location: "/" });
	headers.append("set-cookie", auth.createSessionCookie(session).serialize());
	headers.append("set-cookie", cookie.serialize());
	return new Response(null, { status: 302, headers });
}

async function showUser({ url, method, headers }: Request): Promise<Response> {
	const cookies = { cookie: headers.get("cookie"), origin: null };
	const sessionId = auth.parseRequestHeaders({ url, method, headers: cookies });
	if (!sessionId) return new Response("You are not signed in.", { status: 401 });
	return Response.json((await auth.validateSessionUser(sessionId)).user);
}

/** Returns the page for a failed sign-in. Any other error is the app's own, and is logged. */
function explain(error: unknown): Response {
	if (OAuthError.is(error)) {
		const status = error.code === "FAILED_REQUEST" ? 502 : 400;
		const headers = new Headers(error.cookie && { "set-cookie": error.cookie.serialize() });
		return new Response(`The sign-in with ${error.provider} has failed: ${error.code}`, { status, headers });
	}
	console.error(error);
	return new Response("Something went wrong.", { status: 500 });
}

/** Returns the bytes in use after garbage collection. */
async function measureMemory(): Promise<Response> {
	// A finalizer's objects are left to the next collection.
	for (let round = 0; round < 12; round++) {
		await setTimeout(20);
		globalThis.gc?.({ type: "major", execution: "sync", flavor: "last-resort" });
	}
	const { heapUsed, external } = process.memoryUsage();
	return Response.json(heapUsed + external);
}
