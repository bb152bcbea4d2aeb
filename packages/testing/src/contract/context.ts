import { inspect } from "node:util";
import {
	type Account,
	ERRORS,
	OAuthError,
	type OAuthErrorCode,
	type OAuthProvider,
	type UserStore,
} from "@oauth/core";
import { expect } from "vitest";
import { CLIENT, FakeProvider, type UserAnswers } from "../fake-provider.js";
import { tokensOf } from "../issued-tokens.js";
import type { Recording } from "../recording.js";
import { responsesOf } from "./recording-problems.js";

/** The parts of a provider package's function that the contract uses. */
export interface TestedProvider {
	// biome-ignore lint/suspicious/noExplicitAny: each provider has a config and a user of its own
	(store: UserStore<Account, object>, config: any): OAuthProvider<any, Account, object>;
	// biome-ignore lint/suspicious/noExplicitAny: likewise
	(config: any): OAuthProvider<any>;
}

/** The settings of a provider. */
type ConfigOf<Provider extends TestedProvider> = Partial<Parameters<Provider>[0]>;

/** A provider without users. */
type Created<Provider extends TestedProvider> = ReturnType<Provider>;

type SessionOf<Provider extends TestedProvider> = Awaited<ReturnType<Created<Provider>["handleCallback"]>>;

/** The options of `signIn`. */
export interface SignInMore<Provider extends TestedProvider> {
	/** Settings in addition to the recorded ones. */
	config?: ConfigOf<Provider>;
	/** Changes the parameters of the authorization response. */
	callback?(params: URLSearchParams): void;
}

/** The tools for the tests of a provider package. */
export interface ProviderTestContext<Provider extends TestedProvider> {
	/** The same one for all tests, reset before each. */
	fake: FakeProvider;
	/** Makes the provider, without users, with the recorded settings and these. */
	create(config?: ConfigOf<Provider>): Created<Provider>;
	/**
	 * Signs the recorded user in, in one browser.
	 *
	 * @param changes are merged into the response that has the user's id, or into the ID token's claims if these have it;
	 * `undefined` removes a part
	 */
	signIn(changes?: Record<string, unknown>, more?: SignInMore<Provider>): Promise<SessionOf<Provider>>;
	/**
	 * Returns the `OAuthError` that a promise is rejected with. It must have this code, a complete message and no secret.
	 *
	 * @param reason the text that must be in the message
	 */
	failureOf(promise: Promise<unknown>, code: OAuthErrorCode, reason?: string | RegExp): Promise<OAuthError>;
}

export function createContext<Provider extends TestedProvider>(
	provider: Provider,
	recording: Recording,
	fake = new FakeProvider(recording),
): ProviderTestContext<Provider> {
	const create = (config?: ConfigOf<Provider>) =>
		provider({ ...CLIENT, ...recording.config, fetch: fake.fetch, ...config }) as Created<Provider>;
	return {
		fake,
		create,
		async signIn(changes, { config, callback } = {}): Promise<SessionOf<Provider>> {
			const subject: OAuthProvider<unknown> = create(config);
			const flow = await subject.startSignIn(signInRequest());
			const user = changes && mergeInto(answersOf(recording, fake), recording.id.in, changes);
			const session = await subject.handleCallback(fake.answer(flow, callback, user));
			return session as SessionOf<Provider>;
		},
		async failureOf(promise, code, reason) {
			const error = await promise.then(
				() => expect.fail(`expected ${code}, but nothing failed`),
				(thrown: unknown) => thrown,
			);
			if (!OAuthError.is(error)) throw error;
			expect(error.code, error.message).toBe(code);
			expectNoSecrets(error, recording);
			expectMessage(error);
			if (reason) expect(error.message).toMatch(reason);
			return error;
		},
	};
}

/** Returns the request that begins a sign-in. */
export function signInRequest(headers: Record<string, string> = {}): Request {
	return new Request("http://localhost:3000/login", { headers });
}

/** Returns the responses about the recorded user, for a test to change. */
export function answersOf(recording: Recording, { idTokenClaims }: FakeProvider): UserAnswers {
	return { ...responsesOf(recording), ...(recording.idToken && { id_token: idTokenClaims }) };
}

function mergeInto(answers: UserAnswers, where: string, changes: Record<string, unknown>): UserAnswers {
	return { ...answers, [where]: merge(answers[where], changes) };
}

/** Merges objects deeply. Any other value replaces the old one. */
function merge(value: unknown, changes: unknown): unknown {
	if (!isObject(value) || !isObject(changes)) return changes;
	const merged = { ...value };
	for (const name in changes) merged[name] = merge(value[name], changes[name]);
	return merged;
}

function isObject(value: unknown): value is Record<string, unknown> {
	return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Expects a message of the form `github: FAILED_REQUEST (token): the reason. The advice.` */
function expectMessage({ code, step, provider, message }: OAuthError): void {
	const start = `${provider}: ${code}${step ? ` (${step})` : ""}: `;
	expect(message.slice(0, start.length)).toBe(start);
	expect(message.slice(start.length)).toMatch(/^\S.*[.?!] [A-Z].*\.$/);
	expect(ERRORS).toHaveProperty(code);
}

/** Expects that no view of an error shows a secret. */
function expectNoSecrets(error: OAuthError, recording: Recording): void {
	const tokens = [recording.token.answer, recording.refresh?.answer]
		.flatMap((response) => Object.values(tokensOf(recording, response)))
		.filter((secret) => typeof secret === "string");
	const views = [
		inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
		`${error.stack}`,
		JSON.stringify(error, Object.getOwnPropertyNames(error)),
	];
	for (const secret of [CLIENT.clientSecret, "of-the-user", ...tokens])
		for (const view of views) expect(view).not.toContain(secret);
}
