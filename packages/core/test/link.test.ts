import type { Account, SignInOptions, UserStore } from "@oauth/core";
import { ADA, CLIENT, defineAcme, TOKEN_RESPONSE } from "@oauth/test-kit/acme";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { type Loopback, serve } from "@oauth/test-kit/loopback";
import { callbackRequest, flowCookie, loginRequest, readFlow, withFlow } from "@oauth/test-kit/sign-in";
import { beforeEach, describe, expect, test } from "vitest";

const SESSION = "session-of-grace-5c1d7f";

let server: Loopback;
let links: [userId: string, account: Account][];
beforeEach(async () => {
	server = await serve({ "/token": TOKEN_RESPONSE, "/user": ADA });
	links = [];
});

function acme() {
	const store: UserStore<{ id: string }, object> = {
		getUser: async () => null,
		createUser: async () => ({ id: "new" }),
		linkAccount: async (...link) => {
			links.push(link);
		},
	};
	return defineAcme(server.url)(store, CLIENT);
}

function begin(options: SignInOptions = { intent: "link", sessionId: SESSION }) {
	return acme().startSignIn(loginRequest(), options);
}

describe("a flow that links an account", () => {
	test("it is completed by the session that began it", async () => {
		const session = await acme().handleCallback(callbackRequest(await begin()), { sessionId: SESSION });
		expect(session.intent).toBe("link");
		await session.linkAccount("grace");
		expect(links).toEqual([["grace", { providerId: "acme", providerUserId: "36" }]]);
	});

	test.each([
		["another session", { sessionId: "session-of-mallory" }],
		["a session whose id only begins alike", { sessionId: SESSION.slice(0, -1) }],
		["the session's hash", { sessionId: undefined }],
		["no session", {}],
		["null for a session", { sessionId: null }],
		["an empty session", { sessionId: "" }],
		["no options", undefined],
	])(
		"%s is refused with FLOW_MISMATCH before the code is spent, and the flow is over",
		async (_, options) => {
			const signIn = await begin();
			const attempt = acme().handleCallback(callbackRequest(signIn), options);
			const error = await failureOf(attempt, "FLOW_MISMATCH");
			expect(error.message).toContain(
				`another session began to link, or handleCallback was given no "sessionId"`,
			);
			expect(error.cookie).toMatchObject({ name: flowCookie(signIn).name, value: "" });
			expect(server.requests).toEqual([]);
			expectNoSecrets(error, [SESSION]);
		},
	);

	test("the session's hash is no session's id", async () => {
		const signIn = await begin();
		const sessionId = readFlow(signIn).session;
		await failureOf(acme().handleCallback(callbackRequest(signIn), { sessionId }), "FLOW_MISMATCH");
	});

	test("the session's id is neither in the cookie nor in the URL, and its hash is another in each flow", async () => {
		const [first, second] = [await begin(), await begin()];
		expect(JSON.stringify([readFlow(first), first.url, first.cookies])).not.toContain(SESSION);
		expect(readFlow(first).session).toMatch(/^[\w-]{43}$/);
		expect(readFlow(first).session).not.toBe(readFlow(second).session);
	});

	test("a hash from another flow of the same session is refused", async () => {
		const other = readFlow(await begin()).session;
		const signIn = withFlow(await begin(), { session: other });
		const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
		await failureOf(attempt, "FLOW_MISMATCH");
	});

	test("a flow that has lost its session's hash is refused", async () => {
		for (const session of [undefined, "", null]) {
			const signIn = withFlow(await begin(), { session });
			const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
			await failureOf(attempt, "FLOW_MISMATCH");
		}
	});

	test.each([
		["link without a session", { intent: "link" }],
		["link with an empty session", { intent: "link", sessionId: "" }],
		["link with null for a session", { intent: "link", sessionId: null }],
		["sign-in with a session", { intent: "sign-in", sessionId: SESSION }],
		["no intent with a session", { sessionId: SESSION }],
	])("%s can't begin: INVALID_CONFIG", async (_, options) => {
		const error = await failureOf(begin(options as never), "INVALID_CONFIG");
		expect(error).toMatchObject({
			step: "authorization",
			message: expect.stringContaining(`"sessionId" goes with the intent "link", which needs it`),
		});
		expectNoSecrets(error, [SESSION]);
	});
});

describe("a flow that signs in", () => {
	test("it needs no session, and takes no notice of one", async () => {
		for (const options of [{}, { sessionId: SESSION }, { sessionId: null }]) {
			const session = await acme().handleCallback(callbackRequest(await begin({})), options);
			expect(session.intent).toBe("sign-in");
		}
	});

	test("it links nothing, and a flow that links makes no user: FLOW_MISMATCH that names the method", async () => {
		const signIn = await acme().handleCallback(callbackRequest(await begin({})));
		const link = await acme().handleCallback(callbackRequest(await begin()), { sessionId: SESSION });
		const wrong = await failureOf(signIn.linkAccount("grace"), "FLOW_MISMATCH");
		expect(wrong.message).toContain(
			`linkAccount() was called in a flow that began with the intent "sign-in"`,
		);
		const other = await failureOf(link.createUser({}), "FLOW_MISMATCH");
		expect(other.message).toContain(`createUser() was called in a flow that began with the intent "link"`);
		for (const { message } of [wrong, other]) expect(message).toContain("Developer: ");
		expect(links).toEqual([]);
	});

	test.each(["Link", "", null, undefined, "link "])(
		"a cookie with the intent %j is a sign-in's",
		async (intent) => {
			const signIn = withFlow(await begin(), { intent });
			const request = callbackRequest(signIn);
			const outcome = await acme()
				.handleCallback(request)
				.catch(({ code }) => ({ intent: code }));
			expect(["sign-in", "FLOW_MISMATCH"]).toContain(outcome.intent);
		},
	);

	test("a cookie that is made a link's is refused for its missing session", async () => {
		const signIn = withFlow(await begin({}), { intent: "link" });
		const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
		await failureOf(attempt, "FLOW_MISMATCH");
	});
});
