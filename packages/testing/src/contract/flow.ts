import type { Account, SignIn, UserStore } from "@oauth/core";
import { expect, test } from "vitest";
import { CLIENT } from "../fake-provider.js";
import { signInRequest } from "./context.js";
import type { Contract } from "./contract.js";

export function testFlow({ provider, recording, fake, create, failureOf }: Contract): void {
	const { authorization, idToken, profile, token } = recording;

	/** Signs in with changes to the flow in the cookie, or to the authorization response. */
	async function callback(
		changeFlow: (flow: Record<string, unknown>) => void,
		changeAnswer?: (params: URLSearchParams) => void,
	) {
		const subject = create();
		const signIn = await subject.startSignIn(signInRequest());
		return subject.handleCallback(fake.answer(withFlow(signIn, changeFlow), changeAnswer));
	}
	const sameFlow = () => {};

	test("handleCallback refuses a state without a flow cookie, a flow cookie of another sign-in, and an expired flow", async () => {
		expect(await callback(sameFlow)).toMatchObject({ providerUserId: profile.id, intent: "sign-in" });
		const other = "x".repeat(43);
		const mixedUp = await failureOf(
			callback(sameFlow, (params) => params.set("state", other)),
			"FLOW_MISSING",
		);
		expect(mixedUp.cookie).toBeUndefined();
		for (const [change, code] of [
			[{ state: other }, "FLOW_MISMATCH"],
			[{ binding: "another" }, "FLOW_MISMATCH"],
			[{ startedAt: 0 }, "FLOW_EXPIRED"],
		] as const) {
			const error = await failureOf(
				callback((flow) => Object.assign(flow, change)),
				code,
			);
			expect(error.cookie).toMatchObject({ value: "", attributes: { maxAge: 0 } });
		}
		expect(fake.requests.filter(({ url }) => url === token.url)).toHaveLength(1);
	});

	if (authorization.pkce)
		test("the token request fails with the code verifier of another sign-in", async () => {
			await failureOf(
				callback((flow) => Object.assign(flow, { codeVerifier: "x".repeat(43) })),
				"FAILED_REQUEST",
			);
		});

	if (idToken)
		test("handleCallback refuses an ID token whose nonce differs from the flow cookie's", async () => {
			await failureOf(
				callback((flow) => Object.assign(flow, { nonce: "another" })),
				"INVALID_ID_TOKEN",
				/\bnonce\b/,
			);
		});

	if (authorization.iss)
		test("handleCallback refuses the iss of another issuer before it redeems the authorization code", async () => {
			await failureOf(
				callback(sameFlow, (params) => params.set("iss", "https://evil.example")),
				"ISSUER_MISMATCH",
			);
			expect(fake.requests.filter(({ url }) => url === token.url)).toHaveLength(0);
		});

	test("a refusal by the user is ACCESS_DENIED, and any other error of the provider is AUTHORIZATION_FAILED", async () => {
		const refused = (error: string) =>
			callback(sameFlow, (params) => {
				params.delete("code");
				params.set("error", error);
			});
		for (const word of ["access_denied", ...(authorization.accessDeniedErrors ?? [])]) {
			const declined = await failureOf(refused(word), "ACCESS_DENIED");
			expect(declined.cookie).toMatchObject({ value: "", attributes: { maxAge: 0 } });
		}
		await failureOf(refused("temporarily_unavailable"), "AUTHORIZATION_FAILED", /temporarily_unavailable/);
	});

	test("an error without a state has the same code, but neither its text nor a cookie", async () => {
		const refused = (error: string) =>
			callback(sameFlow, (params) => {
				for (const name of ["code", "state"]) params.delete(name);
				params.set("error", error);
				params.set("error_description", "Words from anybody");
			});
		const declined = await failureOf(refused("access_denied"), "ACCESS_DENIED");
		const failed = await failureOf(refused("server_error"), "AUTHORIZATION_FAILED");
		for (const { message, cookie, providerError, providerErrorDescription } of [declined, failed]) {
			expect([cookie, providerError, providerErrorDescription]).toEqual([undefined, undefined, undefined]);
			expect(message).not.toMatch(/server_error|Words/);
		}
	});

	test("handleCallback refuses a prefetch without redeeming the authorization code, and accepts the visit that follows", async () => {
		const subject = create();
		const visit = fake.answer(await subject.startSignIn(signInRequest()));
		const prefetch = visit.clone();
		prefetch.headers.set("sec-purpose", "prefetch");
		await failureOf(subject.handleCallback(prefetch), "NOT_A_NAVIGATION");
		expect(fake.requests.filter(({ url }) => url === token.url)).toHaveLength(0);
		expect(await subject.handleCallback(visit)).toMatchObject({ providerUserId: profile.id });
	});

	test("an account is linked only in the session that began the link", async () => {
		const linked: [userId: string, account: Account][] = [];
		const store: UserStore<Account, object> = {
			getUser: async () => null,
			createUser: async (account) => account,
			linkAccount: async (...link) => void linked.push(link),
		};
		const subject = provider(store, { ...CLIENT, ...recording.config, fetch: fake.fetch });
		const link = async (sessionId?: string) => {
			const signIn = await subject.startSignIn(signInRequest(), {
				intent: "link",
				sessionId: "session-of-ada",
			});
			return subject.handleCallback(fake.answer(signIn), { sessionId });
		};
		for (const sessionId of ["session-of-grace", undefined]) {
			const error = await failureOf(link(sessionId), "FLOW_MISMATCH", /session/);
			expect(error.cookie).toMatchObject({ value: "", attributes: { maxAge: 0 } });
		}
		expect(fake.requests.filter(({ url }) => url === token.url)).toHaveLength(0);
		const session = await link("session-of-ada");
		await session.linkAccount("ada");
		expect(linked).toEqual([["ada", { providerId: subject.id, providerUserId: profile.id }]]);
		await failureOf(session.createUser({}), "FLOW_MISMATCH");
	});
}

/** Returns the sign-in with a changed flow. Its cookie holds the second in which it began, and the rest as JSON. */
function withFlow(signIn: SignIn, change: (flow: Record<string, unknown>) => void): SignIn {
	const [cookie, ...others] = signIn.cookies;
	if (!cookie) throw new Error("startSignIn has set no cookie");
	const [start = "", rest = ""] = cookie.value.split(".");
	const flow = {
		...JSON.parse(Buffer.from(rest, "base64url").toString()),
		startedAt: Number.parseInt(start, 36),
	};
	change(flow);
	const { startedAt, ...changed } = flow;
	const value = `${startedAt.toString(36)}.${Buffer.from(JSON.stringify(changed)).toString("base64url")}`;
	return { ...signIn, cookies: [{ ...cookie, value }, ...others] };
}
