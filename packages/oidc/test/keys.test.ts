import type { ServerResponse } from "node:http";
import { failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createNetwork, type Issuer } from "@oauth/test-kit/issuer";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { createKey, type SigningKey } from "@oauth/test-kit/signing-key";
import type { JWK } from "jose";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { at, CLIENT, signIn } from "./sign-in.ts";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});
afterEach(() => {
	vi.useRealTimers();
});

const fetched = () => issuer.requestsTo("/jwks").length;

/** Validates an ID token with these changes to its header and claims. `undefined` leaves a parameter out. */
async function validate(header: Record<string, unknown> = {}, claims: Record<string, unknown> = {}) {
	return at(issuer).validateIdToken(await issuer.sign(issuer.claims({ nonce: "n", ...claims }), header), {
		nonce: "n",
	});
}

const ADA = { profile: { name: "Ada" } };

describe("the issuer's keys", () => {
	test("the keys and the discovery document are fetched once for many sign-ins", async () => {
		for (let count = 0; count < 3; count++) await signIn(issuer);
		expect([fetched(), issuer.requestsTo("/.well-known/openid-configuration").length]).toEqual([1, 1]);
	});

	test("the keys are fetched while the user is at the provider", async () => {
		await at(issuer).startSignIn(loginRequest());
		await expect.poll(fetched).toBe(1);
		await validate();
		expect(fetched()).toBe(1);
	});

	test("keys that can't be fetched at the start of a sign-in are fetched at its end", async () => {
		issuer.fail("/jwks", 500);
		const flow = await at(issuer).startSignIn(loginRequest());
		expect(flow.url).toContain("/authorize?");
		await expect.poll(fetched).toBe(1);
		issuer.on("/jwks", { keys: issuer.keys.map(({ publicJwk }) => publicJwk) });
		expect(await validate()).toMatchObject(ADA);
	});

	test("the keys are fetched again after ten minutes, and the discovery document after an hour", async () => {
		const discovered = () => issuer.requestsTo("/.well-known/openid-configuration").length;
		vi.useFakeTimers({ toFake: ["Date"] });
		await validate();
		vi.setSystemTime(Date.now() + 599_000);
		await validate();
		expect(fetched()).toBe(1);
		vi.setSystemTime(Date.now() + 2_000);
		await validate();
		expect([fetched(), discovered()]).toEqual([2, 1]);
		vi.setSystemTime(Date.now() + 3_600_000);
		await validate();
		expect(discovered()).toBe(2);
	});

	test.each([
		["status 500", 500, {}, "status 500"],
		["HTML", 200, "<h1>", "not JSON"],
		["keys that are not a list", 200, { keys: "none" }, `"keys" is missing`],
		["null", 200, "null", `"keys" is missing`],
	])(
		"a request for the keys that returns %s is FAILED_REQUEST, and the response is not cached",
		async (_, status, body, reason) => {
			issuer.fail("/jwks", status, body);
			const error = await failureOf(validate(), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "keys", message: expect.stringContaining(reason) });
			issuer.on("/jwks", { keys: issuer.keys.map(({ publicJwk }) => publicJwk) });
			expect(await validate()).toMatchObject(ADA);
		},
	);

	test("keys fetched over one tenant's network are not used for another tenant", async () => {
		const other = await createIssuer(CLIENT.clientId);
		other.keys = [await createKey("first")];
		other.metadata = issuer.metadata;
		const forged = await other.sign(issuer.claims({ nonce: "n" }));
		const asTenant = (tenant: Issuer) =>
			at(issuer, { fetch: createNetwork({ url: issuer.url, origin: tenant.origin }) });
		expect(await asTenant(other).validateIdToken(forged, { nonce: "n" })).toMatchObject(ADA);
		await failureOf(asTenant(issuer).validateIdToken(forged, { nonce: "n" }), "INVALID_ID_TOKEN");
		await failureOf(at(issuer).validateIdToken(forged, { nonce: "n" }), "INVALID_ID_TOKEN");
	});
});

describe("a new key", () => {
	test.each([
		["under a new id", "second"],
		["under the id of the old one", "first"],
	])("a new key %s works at once", async (_, kid) => {
		await validate();
		issuer.keys = [await createKey(kid)];
		expect(await validate()).toMatchObject(ADA);
		expect(fetched()).toBe(2);
	});

	test("a new key is fetched once for concurrent callbacks", async () => {
		await validate();
		issuer.keys = [await createKey("second")];
		await Promise.all([1, 2, 3, 4, 5, 6].map(() => validate()));
		expect(fetched()).toBe(2);
	});

	test("unknown key ids make the keys be fetched again at most once in 30 seconds", async () => {
		vi.useFakeTimers({ toFake: ["Date"] });
		await validate();
		for (let count = 0; count < 5; count++)
			await failureOf(validate({ kid: `unknown-${count}` }), "INVALID_ID_TOKEN");
		expect(fetched()).toBe(2);
		vi.setSystemTime(Date.now() + 31_000);
		await failureOf(validate({ kid: "unknown" }), "INVALID_ID_TOKEN");
		expect(fetched()).toBe(3);
	});

	test("a new key that can't be fetched is FAILED_REQUEST, and the known keys stay in use", async () => {
		await validate();
		issuer.fail("/jwks", 500);
		expect(await failureOf(validate({ kid: "unknown" }), "FAILED_REQUEST")).toMatchObject({ step: "keys" });
		expect(await validate()).toMatchObject(ADA);
	});
});

describe("a key set", () => {
	let good: JWK;
	let other: SigningKey;
	beforeEach(async () => {
		good = issuer.keys[0]?.publicJwk as JWK;
		other = await createKey("other");
	});

	test.each<[string, () => unknown[]]>([
		["that lists the key twice", () => [good, good]],
		["with null in it", () => [null, good, null]],
		["with text, numbers and lists in it", () => ["key", 7, [], good]],
		["with a key of an unknown type", () => [{ kty: "XX", kid: "x" }, { kty: "XX", kid: "first" }, good]],
		["with an incomplete key", () => [{ kty: "RSA", kid: "broken" }, good]],
		[
			"with another key for encryption under the same id",
			() => [{ ...other.publicJwk, kid: "first", use: "enc" }, good],
		],
		["with another key under the same id", () => [{ ...other.publicJwk, kid: "first" }, good]],
		["with another key under the same id after it", () => [good, { ...other.publicJwk, kid: "first" }]],
		["with a broken key under the same id", () => [{ ...good, n: "AQAB" }, good]],
		["without alg and use", () => [{ ...good, alg: undefined, use: undefined }]],
		["with certificate chains", () => [{ ...good, x5c: ["x".repeat(400_000)], x5t: "x" }, other.publicJwk]],
		[
			"with 60 keys",
			() => [good, ...Array.from({ length: 59 }, (_, at) => ({ ...other.publicJwk, kid: `k${at}` }))],
		],
	])("a key set %s is accepted", async (_, keys) => {
		issuer.on("/jwks", { keys: keys() });
		expect(await validate()).toMatchObject(ADA);
		expect(fetched()).toBe(1);
	});

	test("an ID token without a key id is accepted from one of several keys", async () => {
		issuer.on("/jwks", { keys: [other.publicJwk, { ...good, kid: undefined }, good] });
		expect(await validate({ kid: undefined })).toMatchObject(ADA);
	});

	test("a key set with several keys without ids is accepted", async () => {
		issuer.on("/jwks", { keys: [other.publicJwk, good].map(({ kid, ...key }) => key) });
		expect(await validate({ kid: undefined })).toMatchObject(ADA);
	});

	test("an ID token without a key id is refused if none of several keys has signed it", async () => {
		issuer.on("/jwks", { keys: [other.publicJwk, good] });
		issuer.keys = [await createKey("third")];
		const { message } = await failureOf(validate({ kid: undefined }), "INVALID_ID_TOKEN");
		expect(message).toContain("signature verification failed");
	});

	test("the message names the wrong claim if several keys are tried", async () => {
		issuer.on("/jwks", { keys: [good, other.publicJwk] });
		const expired = validate({ kid: undefined }, { exp: 1 });
		expect((await failureOf(expired, "INVALID_ID_TOKEN")).message).toContain(`"exp" claim`);
		expect(fetched()).toBe(1);
	});

	test.each([
		["only an empty object", [{}]],
		["only a key that is too short", [{ kty: "RSA", kid: "first", n: "AQAB", e: "AQAB" }]],
		["only a symmetric key", [{ kty: "oct", kid: "first", k: "c2VjcmV0" }]],
		["no keys", []],
	])("an ID token is refused if the key set has %s", async (_, keys) => {
		issuer.on("/jwks", { keys });
		await failureOf(validate(), "INVALID_ID_TOKEN");
	});

	test("a key that names another issuer is refused, and the message says so", async () => {
		issuer.on("/jwks", { keys: [{ ...good, issuer: issuer.url }] });
		expect(await validate()).toMatchObject(ADA);
		vi.useFakeTimers({ toFake: ["Date"] });
		vi.setSystemTime(Date.now() + 601_000);
		issuer.on("/jwks", (_, response: ServerResponse) =>
			response.end(JSON.stringify({ keys: [{ ...good, issuer: "https://other.example" }] })),
		);
		const { message } = await failureOf(validate(), "INVALID_ID_TOKEN");
		expect(message).toContain(`"kid"`);
		expect(message).toContain("expected a key of this issuer");
	});
});
