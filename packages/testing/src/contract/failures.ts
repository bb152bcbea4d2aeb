import { describe, expect, test } from "vitest";
import type { Substitute } from "../fake-provider.js";
import type { Context, Contract } from "./contract.js";

/** Long enough for a busy machine, and short enough to wait for. */
const TIMEOUT_MS = 1_000;

const HTML = "<!doctype html><title>Maintenance</title>";

/** A way for a server to fail, and what the message must say about it. */
type Failure = [Substitute, reason: RegExp];

const FAILURES: Failure[] = [
	[{ status: 401, answer: { error: "invalid_token" } }, /status 401\b.*\binvalid_token/],
	[{ status: 403, headers: { "retry-after": "57" }, answer: { message: "Slow down" } }, /status 403\b.*Slow/],
	[{ status: 429, answer: {} }, /status 429\b/],
	[{ status: 500, text: HTML }, /status 500\b/],
	[{ text: HTML }, /\bnot JSON\b/],
	[{ connection: "broken" }, /: [^:]+\. Try again later\.$/],
];
const SILENCE: Failure = [{ connection: "silent" }, /\bno response within 1 s\b/];

/** Ways for a server to fail temporarily. */
const HICCUPS: Substitute[] = [
	{ connection: "broken" },
	...[502, 503, 504].map((status) => ({ status, text: HTML })),
];

export function testFailures(contract: Contract): void {
	const { recording, otherUrls, forEach, fake, signIn, failureOf } = contract;
	const { token, tokenError, user, userPosts = {}, id, profile } = recording;
	const urls = Object.keys(user);
	const getUrls = urls.filter((url) => !(url in userPosts));

	test("an invalid authorization code is sent once, and the error has the provider's error code or the status", async () => {
		fake.substitutes.set(token.url, tokenError);
		const { status, providerError } = tokenError;
		const error = await failureOf(signIn(), "FAILED_REQUEST", providerError ?? `status ${status}`);
		expect(error).toMatchObject({ step: "token", status, ...(providerError && { providerError }) });
		expect(countOf(contract, token.url)).toBe(1);
	});

	test("a request without a response ends at the timeout, and the message says so", async () => {
		const decisiveUrls = [token.url, ...urls.filter((url) => url === id.in)];
		await Promise.all([
			forEach(decisiveUrls, (context, url) => expectFailure(context, url, SILENCE)),
			forEach(otherUrls, (context, url) => expectPoorer(context, url, SILENCE)),
		]);
	});

	// Each case has its own fake provider, so together they wait as long as one.
	describe.concurrent("failures", () => {
		test("the sign-in fails with the reason if the token request fails, and the authorization code is sent once", async () => {
			const hiccups = HICCUPS.map((hiccup): Failure => [hiccup, /./]);
			await forEach([...FAILURES, ...hiccups], (context, failure) =>
				expectFailure(context, token.url, failure),
			);
		});

		if (user[id.in])
			test("the sign-in fails with the reason if the request for the user's id fails", async () => {
				await forEach(FAILURES, (context, failure) => expectFailure(context, id.in, failure));
			});

		if (user[id.in])
			test("an error with status 200 in place of the user signs nobody in", async () => {
				const errors = [
					{ error: "invalid_token", error_description: "The token has expired" },
					{ error: { type: "invalid_token", message: "The token has expired" } },
					{ errors: [{ message: "The token has expired" }], data: null },
					{ message: "The token has expired" },
					{ error: { code: -32000, message: "The token has expired" }, id: "req-1", sub: "req-1" },
				];
				await forEach(errors, async (context, answer) => {
					context.fake.substitutes.set(id.in, { answer });
					const outcome = await context.signIn().catch((error: unknown) => error);
					expect(outcome).toMatchObject({
						code: expect.stringMatching(/^(FAILED_REQUEST|INVALID_PROFILE)$/),
					});
				});
			});

		if (otherUrls.length)
			test("the sign-in succeeds if any other request about the user fails, and failedRequests has the error", async () => {
				const cases = otherUrls.flatMap((url) => FAILURES.map((failure) => ({ url, failure })));
				await forEach(cases, (context, { url, failure }) => expectPoorer(context, url, failure));
			});

		if (getUrls.length)
			test("a GET about the user that fails temporarily is sent once more, and the authorization code is not", async () => {
				const cases = getUrls.flatMap((url) => HICCUPS.map((hiccup) => ({ url, hiccup })));
				await forEach(cases, async (context, { url, hiccup }) => {
					context.fake.substitutes.set(url, { ...hiccup, times: 1 });
					expect(await context.signIn()).toMatchObject({ profile, failedRequests: [] });
					expect(countOf(context, url)).toBe(2);
					expect(countOf(context, token.url)).toBe(1);
				});
			});

		if (getUrls.length < urls.length)
			test("a POST about the user is never sent twice, also if it fails temporarily", async () => {
				const cases = Object.keys(userPosts).flatMap((url) => HICCUPS.map((hiccup) => ({ url, hiccup })));
				await forEach(cases, async (context, { url, hiccup }) => {
					context.fake.substitutes.set(url, hiccup);
					await context.signIn().catch(() => {});
					expect(countOf(context, url)).toBe(1);
				});
			});
	});

	async function expectFailure(context: Context, url: string, [substitute, reason]: Failure): Promise<void> {
		context.fake.substitutes.set(url, substitute);
		const error = await context.failureOf(signInAt(context, substitute), "FAILED_REQUEST", reason);
		expect(error.step).toBe(url === token.url ? "token" : "user");
		expect(error.status).toBe(substitute.connection ? undefined : (substitute.status ?? 200));
		expect(error.cookie).toMatchObject({ value: "", attributes: { maxAge: 0 } });
		expect(countOf(context, token.url)).toBe(1);
	}

	async function expectPoorer(context: Context, url: string, [substitute, reason]: Failure): Promise<void> {
		context.fake.substitutes.set(url, substitute);
		const { providerUserId, failedRequests } = await signInAt(context, substitute);
		expect(providerUserId).toBe(profile.id);
		expect(failedRequests).toHaveLength(1);
		const error = await context.failureOf(Promise.reject(failedRequests[0]), "FAILED_REQUEST", reason);
		expect(error.step).toBe("user");
	}
}

function signInAt({ signIn }: Context, { connection }: Substitute) {
	return signIn(undefined, { config: connection === "silent" ? { timeout: TIMEOUT_MS } : {} });
}

function countOf({ fake }: Context, url: string): number {
	return fake.requests.filter((request) => request.url === url).length;
}
