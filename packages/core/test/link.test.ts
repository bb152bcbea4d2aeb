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
	test("a link flow is completed by the session that began it", async () => {
		const session = await acme().handleCallback(callbackRequest(await begin()), { sessionId: SESSION });
		expect(session.intent).toBe("link");
		await session.linkAccount("grace");
		expect(links).toEqual([["grace", { providerId: "acme", providerUserId: "36" }]]);
	});

	test.each([
		["another session", { sessionId: "session-of-mallory" }],
		["a session id that only begins alike", { sessionId: SESSION.slice(0, -1) }],
		["undefined for a session", { sessionId: undefined }],
		["no session", {}],
		["null for a session", { sessionId: null }],
		["an empty session", { sessionId: "" }],
		["no options", undefined],
	])(
		"a link flow that comes back with %s fails with FLOW_MISMATCH, spends no code and is over",
		async (_, options) => {
			const signIn = await begin();
			const attempt = acme().handleCallback(callbackRequest(signIn), options);
			const error = await failureOf(attempt, "FLOW_MISMATCH");
			expect(error.message).toContain(
				`another session began this link, or handleCallback was given no "sessionId"`,
			);
			expect(error.cookie).toMatchObject({ name: flowCookie(signIn).name, value: "" });
			expect(server.requests).toEqual([]);
			expectNoSecrets(error, [SESSION]);
		},
	);

	test("a link flow refuses the hash of its session in place of the id", async () => {
		const signIn = await begin();
		const sessionId = readFlow(signIn).session;
		await failureOf(acme().handleCallback(callbackRequest(signIn), { sessionId }), "FLOW_MISMATCH");
	});

	test("a link flow holds a hash of the session's id, different in each flow, and never the id", async () => {
		const [first, second] = [await begin(), await begin()];
		expect(JSON.stringify([readFlow(first), first.url, first.cookies])).not.toContain(SESSION);
		expect(readFlow(first).session).toMatch(/^[\w-]{43}$/);
		expect(readFlow(first).session).not.toBe(readFlow(second).session);
	});

	test("a link flow with the session's hash from another flow is refused", async () => {
		const other = readFlow(await begin()).session;
		const signIn = withFlow(await begin(), { session: other });
		const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
		await failureOf(attempt, "FLOW_MISMATCH");
	});

	test("a link flow that has lost its session's hash is refused", async () => {
		for (const session of [undefined, "", null]) {
			const signIn = withFlow(await begin(), { session });
			const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
			await failureOf(attempt, "FLOW_MISMATCH");
		}
	});

	test.each([
		["a link without a session", { intent: "link" }],
		["a link with an empty session", { intent: "link", sessionId: "" }],
		["a link with null for a session", { intent: "link", sessionId: null }],
		["a sign-in with a session", { intent: "sign-in", sessionId: SESSION }],
		["no intent with a session", { sessionId: SESSION }],
	])("startSignIn refuses %s with INVALID_CONFIG", async (_, options) => {
		const error = await failureOf(begin(options as never), "INVALID_CONFIG");
		expect(error).toMatchObject({
			step: "authorization",
			message: expect.stringContaining(`"sessionId" goes with the intent "link", which needs it`),
		});
		expectNoSecrets(error, [SESSION]);
	});
});

describe("a flow that signs in", () => {
	test("a sign-in flow needs no session, and ignores one", async () => {
		for (const options of [{}, { sessionId: SESSION }, { sessionId: null }]) {
			const session = await acme().handleCallback(callbackRequest(await begin({})), options);
			expect(session.intent).toBe("sign-in");
		}
	});

	test("linkAccount in a sign-in flow, or createUser in a link flow, fails with a FLOW_MISMATCH that names it", async () => {
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
		"a flow cookie with the intent %j is a sign-in's or refused",
		async (intent) => {
			const signIn = withFlow(await begin(), { intent });
			const request = callbackRequest(signIn);
			const outcome = await acme()
				.handleCallback(request)
				.catch(({ code }) => ({ intent: code }));
			expect(["sign-in", "FLOW_MISMATCH"]).toContain(outcome.intent);
		},
	);

	test("a sign-in's cookie that was turned into a link's is refused for its missing session", async () => {
		const signIn = withFlow(await begin({}), { intent: "link" });
		const attempt = acme().handleCallback(callbackRequest(signIn), { sessionId: SESSION });
		await failureOf(attempt, "FLOW_MISMATCH");
	});
});
