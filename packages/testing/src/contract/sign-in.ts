import { inspect } from "node:util";
import type { Account, AccountIdentity, UserStore } from "@oauth/core";
import { expect, test } from "vitest";
import { CLIENT } from "../fake-provider.js";
import { tokensOf } from "../issued-tokens.js";
import { paramsOf } from "../request-params.js";
import { answersOf, signInRequest } from "./context.js";
import type { Contract } from "./contract.js";

export function testSignIn(contract: Contract): void {
	const { provider, recording, fake, signIn } = contract;
	const { authorization, token, idToken, discovery, user, userPosts = {}, profile } = recording;

	test("a sign-in returns the documented profile, and sends each documented request once and no other", async () => {
		const session = await signIn();
		expect(session.profile).toEqual(profile);
		expect(session.providerUserId).toBe(profile.id);
		expect(session.tokens.accessToken).toBe(tokensOf(recording, token.answer).access_token);
		expect(session.failedRequests).toEqual([]);
		const asked = fake.requests.map(({ method, url }) => `${method} ${url}`);
		// Cached for all sign-ins, but fetched twice if the callback is faster than the prefetch.
		const kept = [idToken?.jwks, discovery?.url].filter(Boolean).map((url) => `GET ${url}`);
		expect(asked.filter((request) => !kept.includes(request)).sort()).toEqual(
			[
				`POST ${token.url}`,
				...Object.keys(user).map((url) => `${url in userPosts ? "POST" : "GET"} ${url}`),
			].sort(),
		);
		for (const { headers } of fake.requests) {
			// An API may name its version in the type.
			expect(headers.accept).toMatch(/^application\/([\w.]+\+)?json(; version=\d+)?$/);
			expect(headers["user-agent"]).toMatch(/\S/);
		}
	});

	test("the authorization code is redeemed in one request with only the documented parameters", async () => {
		await signIn();
		const sent = fake.requests.filter(({ url }) => url === token.url);
		expect(sent).toHaveLength(1);
		expect(Object.keys(paramsOf(sent[0])).sort()).toEqual(
			[
				"code",
				"grant_type",
				"redirect_uri",
				...Object.keys(token.params ?? {}),
				...(token.callbackParams ?? []),
				...(authorization.pkce ? ["code_verifier"] : []),
				...(token.clientAuth === "client_secret_basic" ? [] : [token.clientIdParam ?? "client_id"]),
				...(token.clientAuth === "client_secret_post" ? ["client_secret"] : []),
			].sort(),
		);
	});

	test("the user store finds the user at the second sign-in by the provider's id and the user's id", async () => {
		const accounts: Account[] = [];
		const identities: AccountIdentity[] = [];
		const store: UserStore<Account, object> = {
			getUser: async (account, identity) => {
				identities.push(identity);
				return accounts.find((known) => inspect(known) === inspect(account)) ?? null;
			},
			createUser: async (account) => accounts[accounts.push(account) - 1] as Account,
			linkAccount: async () => {},
		};
		const subject = provider(store, { ...CLIENT, ...recording.config, fetch: fake.fetch });
		const visit = async () => subject.handleCallback(fake.answer(await subject.startSignIn(signInRequest())));
		const first = await visit();
		expect(first.existingUser).toBeNull();
		const created = await first.createUser({});
		expect(created).toEqual({ providerId: subject.id, providerUserId: profile.id });
		const second = await visit();
		expect(second.existingUser).toBe(created);
		expect(accounts).toHaveLength(1);
		expect(identities).toMatchObject([{ profile }, { profile }]);
	});

	if (idToken) testIdToken(contract);
}

function testIdToken({ recording, fake, create, failureOf }: Contract): void {
	const signInWith = async (claims: Record<string, unknown>) => {
		const answers = answersOf(recording, fake);
		const user = { ...answers, id_token: { ...Object(answers.id_token), ...claims } };
		const subject = create();
		const flow = await subject.startSignIn(signInRequest());
		return subject.handleCallback(fake.answer(flow, undefined, user));
	};

	test("an ID token with a wrong aud, nonce, exp, iss or sub is refused, and the message names the claim", async () => {
		const yesterday = Math.floor(Date.now() / 1000) - 86_400;
		for (const [claim, value] of Object.entries({
			aud: "another-client",
			nonce: "another-nonce",
			exp: yesterday,
			iss: "https://evil.example",
			sub: "x".repeat(256),
		}))
			await failureOf(signInWith({ [claim]: value }), "INVALID_ID_TOKEN", new RegExp(`\\b${claim}\\b`));
	});

	const userinfo = Object.entries(recording.user).filter(([, response]) => "sub" in response);
	if (userinfo.length)
		test("a userinfo response about another user than the ID token's is not used", async () => {
			for (const [url, response] of userinfo) {
				fake.substitutes.set(url, { answer: prefixTexts(response, "stranger-") });
				const outcome = await signInWith({}).catch((error: unknown) => error);
				expect(inspect(outcome, { depth: Number.POSITIVE_INFINITY })).not.toContain("stranger-");
			}
		});
}

function prefixTexts(value: unknown, prefix: string): unknown {
	return JSON.parse(JSON.stringify(value), (_, part) =>
		typeof part === "string" ? `${prefix}${part}` : part,
	);
}
