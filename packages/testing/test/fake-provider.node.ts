import assert from "node:assert/strict";
import { registerHooks } from "node:module";
import { after, before, beforeEach, test } from "node:test";
import { OAuthError } from "@oauth/core";

// Run by testing.test.ts.

registerHooks({
	resolve(specifier, context, next) {
		assert.doesNotMatch(specifier, /^vitest/, `${context.parentURL} imports vitest`);
		return next(specifier, context);
	},
});
const { CLIENT, FakeProvider } = await import("@oauth/testing");
const { acme, recording } = await import("./acme.ts");

const fake = new FakeProvider(recording);
before(() => fake.start());
beforeEach(() => fake.reset());
after(() => fake.stop());

async function signIn() {
	const provider = acme({ ...CLIENT, fetch: fake.fetch });
	const flow = await provider.startSignIn(new Request("http://localhost:3000/login"));
	return provider.handleCallback(fake.answer(flow));
}

test("the fake provider signs the user in", async () => {
	const { profile } = await signIn();
	assert.deepEqual({ ...profile }, recording.profile);
	assert.equal(fake.requests.length, 3);
});

test("the fake provider fails as its substitute says", async () => {
	fake.substitutes.set(recording.token.url, { status: 503, text: "<h1>Maintenance</h1>" });
	await assert.rejects(signIn(), (error) => OAuthError.is(error) && error.status === 503);
	assert.equal(fake.requests.length, 1);
});
