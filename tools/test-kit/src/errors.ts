import { inspect } from "node:util";
import { OAuthError, type OAuthErrorCode } from "@oauth/core";
import { expect } from "vitest";

/** Returns the `OAuthError` that a promise rejects with. Anything else fails the test. */
export async function failureOf(promise: Promise<unknown>, code: OAuthErrorCode): Promise<OAuthError> {
	const outcome = await promise.then(
		(value) => ({ value }),
		(error: unknown) => ({ error }),
	);
	if (!("error" in outcome)) throw new Error(`expected ${code}, got ${inspect(outcome.value)}`);
	if (!OAuthError.is(outcome.error)) throw outcome.error;
	expect(outcome.error).toMatchObject({ code });
	return outcome.error;
}

/** Expects none of these secrets in an error, however it is printed. */
export function expectNoSecrets(error: unknown, secrets: string[]): void {
	const views = [
		inspect(error, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }),
		String((error as Error).stack),
		String(error),
		JSON.stringify(error, Object.getOwnPropertyNames(error)),
	];
	for (const secret of secrets) for (const view of views) expect(view).not.toContain(secret);
}
