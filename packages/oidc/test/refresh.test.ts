import type { RefreshChecks } from "@oauth/oidc";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { createIssuer, createKey, type Issuer } from "@oauth/test-kit/issuer";
import { SignJWT, UnsecuredJWT } from "jose";
import { beforeEach, describe, expect, test } from "vitest";
import { at, CLIENT, type IdToken, respondWith, signIn, TOKENS } from "./sign-in.ts";

let issuer: Issuer;
beforeEach(async () => {
	issuer = await createIssuer(CLIENT.clientId);
});

async function refresh(idToken: IdToken, checks?: RefreshChecks) {
	await respondWith(issuer, idToken);
	return at(issuer).refreshTokens("refresh-token-of-old", checks);
}

const refused = async (idToken: IdToken, checks?: RefreshChecks) => {
	const error = await failureOf(refresh(idToken, checks), "INVALID_ID_TOKEN");
	expect(error).toMatchObject({ provider: "oidc", step: "id_token" });
	expectNoSecrets(error, [...Object.values(TOKENS), "refresh-token-of-old", CLIENT.clientSecret]);
	return error.message;
};

describe("the ID token of a refresh", () => {
	test.each([
		["without a nonce", {}],
		["with the nonce of the sign-in, which nobody keeps,", { nonce: "of-the-sign-in" }],
		["without any claim of the user's", { name: undefined, email: undefined, email_verified: undefined }],
	])("%s comes with the tokens", async (_, claims) => {
		const tokens = await refresh(claims);
		expect(tokens).toMatchObject({ accessToken: TOKENS.access_token, refreshToken: TOKENS.refresh_token });
		expect(tokens.raw.id_token).toBe(tokens.idToken);
		expect(tokens.idToken).toMatch(/^ey/);
	});

	test.each<[string, Record<string, unknown>, claim: string]>([
		["another issuer", { iss: "https://evil.example" }, "iss"],
		["another client", { aud: "client-2" }, "aud"],
		["another authorized party", { azp: "client-2" }, "azp"],
		["no subject", { sub: undefined }, "sub"],
		["a time that is over", { exp: 1 }, "exp"],
	])("that has %s is refused", async (_, claims, claim) => {
		expect(await refused(claims)).toContain(`"${claim}"`);
	});

	test("that another key has signed is refused", async () => {
		const { privateKey } = await createKey("first");
		const message = await refused(() =>
			new SignJWT(issuer.claims()).setProtectedHeader({ alg: "RS256", kid: "first" }).sign(privateKey),
		);
		expect(message).toContain("signature verification failed");
	});

	test("that nobody has signed is refused", async () => {
		await refused(() => new UnsecuredJWT(issuer.claims()).encode());
	});

	test("is held against the user that the app names", async () => {
		expect(await refused({}, { sub: "grace" })).toContain(`"sub" claim is another user's`);
		expect(await refresh({}, { sub: "ada-36" })).toMatchObject({ accessToken: TOKENS.access_token });
	});

	test("goes with the claim that the session has", async () => {
		const { providerUser, tokens } = await signIn(issuer);
		await respondWith(issuer, {});
		const fresh = await at(issuer).refreshTokens(`${tokens.refreshToken}`, { sub: providerUser.sub });
		expect(fresh.idToken).toBeDefined();
	});

	test("is left out where the issuer's keys can't be had, and the new refresh token is not lost", async () => {
		issuer.fail("/jwks", 500);
		const tokens = await refresh({});
		expect(tokens).toMatchObject({ accessToken: TOKENS.access_token, refreshToken: TOKENS.refresh_token });
		expect(tokens).not.toHaveProperty("idToken");
		expect(tokens.raw).not.toHaveProperty("id_token");
		expect(tokens.raw.access_token).toBe(TOKENS.access_token);
	});

	test("of a new key is left out where the keys can't be fetched again", async () => {
		await refresh({});
		issuer.fail("/jwks", 503);
		const { privateKey } = await createKey("second");
		const tokens = await refresh(() =>
			new SignJWT(issuer.claims()).setProtectedHeader({ alg: "RS256", kid: "second" }).sign(privateKey),
		);
		expect(tokens).toMatchObject({ refreshToken: TOKENS.refresh_token });
		expect(tokens).not.toHaveProperty("idToken");
	});

	test("need not be there", async () => {
		issuer.on("/token", TOKENS);
		const tokens = await at(issuer).refreshTokens("refresh-token-of-old", { sub: "ada-36" });
		expect(tokens).toMatchObject({ accessToken: TOKENS.access_token });
		expect(tokens).not.toHaveProperty("idToken");
		expect(issuer.requestsTo("/jwks")).toEqual([]);
	});
});

test("a refresh token that is no longer valid is INVALID_GRANT", async () => {
	issuer.fail("/token", 400, { error: "invalid_grant" });
	await failureOf(at(issuer).refreshTokens("refresh-token-of-old"), "INVALID_GRANT");
});
