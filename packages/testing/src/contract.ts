import { inspect } from "node:util";
import {
	type Account,
	OAuthError,
	type OAuthErrorCode,
	type OAuthProvider,
	type ProviderConfig,
	type SignIn,
	type UserStore,
} from "@oauth/core";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { CLIENT, FakeProvider } from "./fake-provider.js";
import type { Json, Recording } from "./recording.js";

/** What a provider package exports, as far as the contract uses it. */
export interface TestedProvider {
	// biome-ignore lint/suspicious/noExplicitAny: each provider has a config and a user of its own
	(config: any): OAuthProvider<any>;
	// biome-ignore lint/suspicious/noExplicitAny: likewise
	(store: UserStore<Account, object>, config: any): OAuthProvider<any, Account, object>;
}

/** The contract that every provider keeps: call it in a test file of the package, with the package's recording. */
export function testProvider(provider: TestedProvider, recording: Recording): void {
	const { authorization, token, idToken, discovery, user, profile, tokenError, refresh, revocation } =
		recording;
	let fake: FakeProvider;
	let config: ProviderConfig;

	beforeEach(async () => {
		fake = new FakeProvider(recording);
		await fake.start();
		config = { ...CLIENT, ...recording.config, fetch: fake.fetch };
	});
	afterEach(() => fake.stop());

	/** A whole sign-in: through the provider's page, and back in the same browser. */
	async function signInAt<Session>(subject: {
		startSignIn(): Promise<SignIn>;
		handleCallback(request: Request): Promise<Session>;
	}): Promise<Session> {
		const flow = await subject.startSignIn();
		const request = fake.answer(flow.url);
		request.headers.set("cookie", flow.cookie.split(";")[0] ?? "");
		return subject.handleCallback(request);
	}
	const signIn = () => signInAt(provider(config));

	/** The error that a promise ends in, in which nothing secret is found. */
	async function failure(promise: Promise<unknown>, code: OAuthErrorCode): Promise<OAuthError> {
		const error = await promise.then(
			() => expect.unreachable(`expected ${code}`),
			(reason: unknown) => reason,
		);
		if (!OAuthError.is(error)) throw error;
		expect(error.code).toBe(code);
		const seen = inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true });
		for (const secret of [CLIENT.clientSecret, "of-the-person", ...tokensOf(recording)])
			expect(seen).not.toContain(secret);
		return error;
	}

	describe("the authorization request", () => {
		test("has the documented address and parameters, and no secret", async () => {
			const { url, state, cookie } = await provider(config).startSignIn();
			expect(url.split("?")[0]).toBe(authorization.url);
			expect(Object.fromEntries(new URL(url).searchParams)).toEqual({
				response_type: "code",
				[token.clientIdParam ?? "client_id"]: CLIENT.clientId,
				redirect_uri: CLIENT.redirectUri,
				...(authorization.scope && { scope: authorization.scope }),
				...authorization.params,
				state,
				...(authorization.pkce && { code_challenge: expect.any(String), code_challenge_method: "S256" }),
				...(idToken && { nonce: expect.any(String) }),
			});
			// Only a cross-site POST needs a cookie that crosses sites.
			expect(cookie).toContain(authorization.formPost ? "SameSite=None; Secure" : "SameSite=Lax");
			expect(url).not.toContain(encodeURIComponent(CLIENT.clientSecret));
		});
	});

	describe("a sign-in", () => {
		test("ends in the documented profile, with no request more than needed", async () => {
			const session = await signIn();
			expect(session.profile).toEqual(profile);
			expect(session.providerUserId).toBe(profile.id);
			expect(session.tokens.accessToken).toBe(token.answer.access_token);
			const asked = fake.requests.map(({ method, url }) => `${method} ${url}`);
			// Keys and metadata are kept, so an earlier test may have asked for them.
			const kept = [idToken?.jwks, discovery?.url].filter(Boolean).map((url) => `GET ${url}`);
			expect(new Set(asked).size).toBe(asked.length);
			expect(asked.filter((request) => !kept.includes(request)).sort()).toEqual(
				[`POST ${token.url}`, ...Object.keys(user).map((url) => `GET ${url}`)].sort(),
			);
			for (const { headers } of fake.requests) {
				expect(headers.accept).toBe("application/json");
				expect(headers["user-agent"]).toMatch(/\S/);
			}
		});

		test("redeems the code by one form with nothing else in it", async () => {
			await signIn();
			const sent = fake.requests.filter(({ url }) => url === token.url);
			expect(sent).toHaveLength(1);
			expect(sent[0]?.headers["content-type"]).toMatch(/^application\/x-www-form-urlencoded/);
			expect([...new URLSearchParams(sent[0]?.body).keys()].sort()).toEqual(
				[
					"code",
					"grant_type",
					"redirect_uri",
					...(authorization.pkce ? ["code_verifier"] : []),
					...(token.clientAuth === "client_secret_basic" ? [] : [token.clientIdParam ?? "client_id"]),
					...(token.clientAuth === "client_secret_post" ? ["client_secret"] : []),
				].sort(),
			);
		});

		test("finds its user the second time, by the provider's id and the user's", async () => {
			const accounts: Account[] = [];
			const store: UserStore<Account, object> = {
				getUser: async (account) => accounts.find((known) => inspect(known) === inspect(account)) ?? null,
				createUser: async (account) => accounts[accounts.push(account) - 1] as Account,
				linkAccount: async () => {},
			};
			const first = await signInAt(provider(store, config));
			expect(first.existingUser).toBeNull();
			const user = await first.createUser({});
			expect(user).toEqual({ providerId: provider(config).id, providerUserId: profile.id });
			const second = await signInAt(provider(store, config));
			expect(second.existingUser).toBe(user);
			expect(accounts).toHaveLength(1);
		});

		test("without an id in the provider's answer is nobody's", async () => {
			const { id } = recording;
			if (id.in === "id_token") fake.idTokenClaims = without(fake.idTokenClaims, id.path);
			else
				fake.substitutes.set(id.in, {
					answer: without(id.in === token.url ? token.answer : (user[id.in] as Json), id.path),
				});
			await failure(signIn(), id.in === "id_token" ? "INVALID_ID_TOKEN" : "INVALID_PROFILE");
		});

		test("that the provider answers with nonsense ends in an error", async () => {
			// A token answer that is put in another's place has no ID token.
			const answers = { ...user, ...(!idToken && { [token.url]: token.answer }) };
			for (const [url, documented] of Object.entries(answers))
				for (const answer of distort(documented)) {
					fake.substitutes.set(url, { answer: answer as Json });
					const outcome = await signIn().catch((error: unknown) => error);
					if (OAuthError.is(outcome)) expect(outcome.code).toMatch(/^(INVALID_PROFILE|FAILED_REQUEST)$/);
					else expect(outcome).toMatchObject({ providerUserId: profile.id });
					fake.substitutes.clear();
				}
		});

		test("whose user can't be asked for says so", async () => {
			for (const url of Object.keys(user)) {
				fake.substitutes.set(url, { status: 500, answer: { error: token.answer.access_token } as Json });
				expect(await failure(signIn(), "FAILED_REQUEST")).toMatchObject({ step: "user", status: 500 });
				fake.substitutes.clear();
			}
		});

		test("whose code is no good says so in the provider's own code, and asks once", async () => {
			fake.substitutes.set(token.url, tokenError);
			expect(await failure(signIn(), "FAILED_REQUEST")).toMatchObject({
				provider: provider(config).id,
				step: "token",
				status: tokenError.status,
				...(tokenError.providerError && { providerError: tokenError.providerError }),
			});
			expect(fake.requests.filter(({ url }) => url === token.url)).toHaveLength(1);
		});
	});

	describe("the protected flow", () => {
		async function callback(
			changeFlow: (flow: Record<string, unknown>) => void,
			changeAnswer?: (params: URLSearchParams) => void,
		) {
			const { url, cookie } = await provider(config).startSignIn();
			const [name = "", value = ""] = (cookie.split(";")[0] ?? "").split("=");
			const flow = JSON.parse(decodeURIComponent(value));
			changeFlow(flow);
			const request = fake.answer(url, changeAnswer);
			request.headers.set("cookie", `${name}=${encodeURIComponent(JSON.stringify(flow))}`);
			return provider(config).handleCallback(request);
		}
		const sameFlow = () => {};

		test("holds the state, and its cookie, against the answer", async () => {
			expect(await callback(sameFlow)).toMatchObject({ providerUserId: profile.id });
			const other = "x".repeat(43);
			await failure(
				callback(sameFlow, (params) => params.set("state", other)),
				"FLOW_MISSING",
			);
			await failure(
				callback((flow) => Object.assign(flow, { state: other })),
				"FLOW_MISMATCH",
			);
			await failure(
				callback((flow) => Object.assign(flow, { startedAt: 0 })),
				"FLOW_EXPIRED",
			);
			await failure(
				callback((flow) => Object.assign(flow, { binding: "another" })),
				"FLOW_MISMATCH",
			);
		});

		test("holds what else binds the answer to the sign-in", async () => {
			if (authorization.pkce)
				await failure(
					callback((flow) => Object.assign(flow, { codeVerifier: "x".repeat(43) })),
					"FAILED_REQUEST",
				);
			if (idToken)
				await failure(
					callback((flow) => Object.assign(flow, { nonce: "another" })),
					"INVALID_ID_TOKEN",
				);
			if (authorization.iss)
				await failure(
					callback(sameFlow, (params) => params.set("iss", "https://evil.example")),
					"ISSUER_MISMATCH",
				);
			const denied = callback(sameFlow, (params) => {
				params.delete("code");
				params.set("error", "access_denied");
			});
			await failure(denied, "ACCESS_DENIED");
		});
	});

	describe("after sign-in", () => {
		test("tokens are refreshed, or can't be", async () => {
			const refreshing = provider(config).refreshTokens("old-refresh-token");
			if (!refresh) return void (await failure(refreshing, "NOT_SUPPORTED"));
			expect(await refreshing).toMatchObject({
				accessToken: refresh.answer.access_token,
				refreshToken: refresh.answer.refresh_token ?? "old-refresh-token",
			});
			fake.substitutes.set(token.url, tokenError);
			await failure(provider(config).refreshTokens("old-refresh-token"), "FAILED_REQUEST");
		});

		test("a token is revoked, or can't be", async () => {
			const revoking = provider(config).revokeToken("a-token-to-revoke");
			if (!revocation) return void (await failure(revoking, "NOT_SUPPORTED"));
			await revoking;
			const sent = fake.requests.filter(({ url }) => url === revocation.url);
			expect(sent).toMatchObject([{ method: revocation.method }]);
			expect(sent[0]?.body).toContain("a-token-to-revoke");
		});
	});

	describe("settings", () => {
		test("that are missing show at the first use, and not before", async () => {
			const empty = provider({});
			expect(empty.id).toMatch(/^[a-z0-9][a-z0-9-]*$/);
			expect(empty.name).toMatch(/\S/);
			await failure(empty.startSignIn(), "INVALID_CONFIG");
		});

		test("send any endpoint elsewhere", async () => {
			const endpoints = {
				authorization: "https://elsewhere.example/authorize",
				token: "https://elsewhere.example/token",
			};
			const elsewhere = provider({ ...config, endpoints });
			expect((await elsewhere.startSignIn()).url).toMatch(/^https:\/\/elsewhere\.example\/authorize\?/);
			await failure(elsewhere.validateCallback("code-of-the-person"), "FAILED_REQUEST");
			expect(fake.requests.map(({ url }) => url)).toContain("https://elsewhere.example/token");
		});
	});
}

function tokensOf({ token, refresh }: Recording): string[] {
	return [token.answer, refresh?.answer ?? {}]
		.flatMap(({ access_token, refresh_token }) => [access_token, refresh_token])
		.filter((secret) => typeof secret === "string");
}

function without<Value extends Json>(value: Value, path: string): Value {
	const copy = structuredClone(value);
	const names = path.split(".");
	const last = names.pop() as string;
	// biome-ignore lint/suspicious/noExplicitAny: a path through JSON
	delete names.reduce((part: any, name) => part[name], copy)[last];
	return copy;
}

/** An answer with nonsense in the place of all of it, and of each of its parts. */
function* distort(answer: unknown): Generator<unknown> {
	yield* [null, [], {}];
	if (typeof answer === "object" && answer)
		for (const [name, part] of Object.entries(answer))
			for (const nonsense of distort(part))
				yield Array.isArray(answer) ? answer.with(Number(name), nonsense) : { ...answer, [name]: nonsense };
}
