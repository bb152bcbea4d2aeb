import type { ProviderSession } from "@oauth/core";
import { type GitHubUser, github } from "@oauth/github";
import { failureOf } from "@oauth/test-kit/errors";
import { type Handler, type Loopback, serve } from "@oauth/test-kit/loopback";
import { createDatabase, createLucia1 } from "@oauth/test-kit/lucia-1";
import { callbackRequest, loginRequest } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

// The example that the contract is based on, as it was written. Only two names of lucia-auth have changed since:
// `createSessionCookies(session).toString()` is now `createSessionCookie(session).serialize()`.

const db = createDatabase();
const auth = createLucia1(db);

type User = { userId: string; username: string };

// The example's interfaces, as they were written.
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
	// It fits code that was written for the original interface.
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
	test("the original example sends the user to the provider", () => {
		const location = example().signIn().headers.get("location");
		expect(location).toBe(
			`${server.url}/authorize?response_type=code&client_id=client-id&scope=user%3Aemail`,
		);
	});

	test("the original example creates a new user, and finds the user at the second sign-in", async () => {
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

	test.each<[string, Handler | object]>([
		["an invalid code", { error: "bad_verification_code" }],
		["a network error", (_, response) => response.socket?.destroy()],
		["an unknown status", (_, response) => response.writeHead(418).end()],
	])("the original example reports FAILED_REQUEST for %s", async (_, tokenResponse) => {
		server.on("/token", tokenResponse);
		await failureOf(example().providerAuth.validateCallback("code"), "FAILED_REQUEST");
	});

	test("a session fits handlers that are typed by the original and by the published interface", async () => {
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
		const flow = await providerAuth.startSignIn(loginRequest(), { redirectTo: "/inbox" });
		const protectedSession = await providerAuth.handleCallback(callbackRequest(flow));
		expect(await handle(protectedSession)).toEqual({ user, data: undefined, redirectTo: "/inbox" });
		expect(handleAny(protectedSession)).toEqual(["octocat", undefined]);
	});

	test("the original example reports FAILED_REQUEST for a callback without a code", async () => {
		await failureOf(example().get(new Request("http://localhost/callback")), "FAILED_REQUEST");
	});
});
