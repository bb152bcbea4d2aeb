import type { ProviderSession } from "@oauth/core";
import { type GitHubUser, github } from "@oauth/github";
import { failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

// The example that the contract comes from, as it was written. Only two names of lucia-auth have changed since:
// `createSessionCookies(session).toString()` is now `createSessionCookie(session).serialize()`.

const db = createDatabase();
const auth = createLucia1(db);

type User = { userId: string; username: string };

// Its interfaces, as they were written.
interface OriginalSession {
	existingUser: User | null;
	createUser: (userAttributes?: Lucia.UserAttributes) => Promise<User>;
	// biome-ignore lint/suspicious/noExplicitAny: as it was written
	providerUser: Record<string, any>;
	// biome-ignore lint/suspicious/noExplicitAny: as it was written
	[data: string]: any;
}

interface OriginalProvider {
	getAuthorizationUrl: () => string;
	validateCallback: (code: string) => Promise<OriginalSession>;
}

let server: Loopback;
beforeEach(async () => {
	server = await serve({
		"/token": { access_token: "gho_token", token_type: "bearer", scope: "" },
		"/user": { id: 1, login: "octocat", name: null },
		"/user/emails": [],
	});
});

function example() {
	const configs = {
		clientId: "client-id",
		clientSecret: "client-secret",
		endpoints: {
			authorization: `${server.url}/authorize`,
			token: `${server.url}/token`,
			user: `${server.url}/user`,
			emails: `${server.url}/user/emails`,
		},
	};
	const providerAuth = github(auth, configs);
	// Is all that code written for the original interface asks for.
	providerAuth satisfies OriginalProvider;

	const signIn = () =>
		new Response(null, {
			status: 302,
			headers: {
				location: providerAuth.getAuthorizationUrl(),
			},
		});

	// handle GET requests
	const get = async (request: Request) => {
		const code = new URL(request.url).searchParams.get("code") as string;
		const { existingUser, providerUser, createUser } = await providerAuth.validateCallback(code);
		const user =
			existingUser ||
			(await createUser({
				username: providerUser.login, // attributes
			})); // create a new user if the user does not exist
		const session = await auth.createSession(user.userId);
		const serializedCookies = auth.createSessionCookie(session);
		return new Response(null, {
			status: 302,
			headers: {
				location: "/",
				"set-cookie": serializedCookies.serialize(),
			},
		});
	};
	return { providerAuth, signIn, get };
}

describe("the original example", () => {
	test("sends the user to the provider", () => {
		const location = example().signIn().headers.get("location");
		expect(location).toBe(
			`${server.url}/authorize?response_type=code&client_id=client-id&scope=user%3Aemail`,
		);
	});

	test("signs a new user in, and finds them the second time", async () => {
		const users: string[] = [];
		for (const code of ["first", "second"]) {
			const response = await example().get(new Request(`http://localhost/callback?code=${code}`));
			expect(response.status).toBe(302);
			const [, sessionId = ""] = /auth_session=(\w+)/.exec(response.headers.get("set-cookie") ?? "") ?? [];
			users.push((await auth.validateSessionUser(sessionId)).user.userId);
		}
		expect(users[0]).toBe(users[1]);
		expect(db.prepare("SELECT username FROM auth_user").all()).toEqual([{ username: "octocat" }]);
		expect(db.prepare("SELECT id FROM auth_key").all()).toEqual([{ id: "github:1" }]);
	});

	test.each([
		["an invalid code", { "/token": { error: "bad_verification_code" } }],
		[
			"a network error",
			{
				"/token": (_: unknown, response: import("node:http").ServerResponse) => response.socket?.destroy(),
			},
		],
		[
			"something unknown",
			{
				"/token": (_: unknown, response: import("node:http").ServerResponse) => response.writeHead(418).end(),
			},
		],
	])("says FAILED_REQUEST for %s", async (_, answers) => {
		for (const [path, answer] of Object.entries(answers)) server.on(path, answer);
		await failureOf(example().providerAuth.validateCallback("code"), "FAILED_REQUEST");
	});

	test("passes its session on to handlers that are typed by the published interface", async () => {
		const handle = async (session: ProviderSession<GitHubUser, User, Lucia.UserAttributes>) => ({
			user: session.existingUser ?? (await session.createUser({ username: session.providerUser.login })),
			data: session.whatAnotherProviderAdds,
			redirectTo: session.redirectTo,
		});
		const handleAny = (session: OriginalSession) => [session.existingUser?.username, session.data];
		const { providerAuth } = example();

		const session = await providerAuth.validateCallback("code");
		const user = expect.objectContaining({ username: "octocat" });
		expect(await handle(session)).toEqual({ user, data: undefined, redirectTo: undefined });
		const begun = await providerAuth.startSignIn(loginRequest(), { redirectTo: "/inbox" });
		const protectedSession = await providerAuth.handleCallback(callbackRequest(begun));
		expect(await handle(protectedSession)).toEqual({ user, data: undefined, redirectTo: "/inbox" });
		expect(handleAny(protectedSession)).toEqual(["octocat", undefined]);
	});

	test("says FAILED_REQUEST for a callback without a code", async () => {
		await failureOf(example().get(new Request("http://localhost/callback")), "FAILED_REQUEST");
	});
});
