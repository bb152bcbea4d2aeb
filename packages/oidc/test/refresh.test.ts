import type { RefreshChecks } from "@oauth/oidc";
import { expectNoSecrets, failureOf } from "@oauth/test-kit/errors";
import { createIssuer, type Issuer } from "@oauth/test-kit/issuer";
import { createKey } from "@oauth/test-kit/signing-key";
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
		["with the nonce of the sign-in, which is not kept", { nonce: "of-the-sign-in" }],
		["without any claim about the user", { name: undefined, email: undefined, email_verified: undefined }],
	])("refreshTokens returns an ID token %s", async (_, claims) => {
		const tokens = await refresh(claims);
		expect(tokens).toMatchObject({ accessToken: TOKENS.access_token, refreshToken: TOKENS.refresh_token });
		expect(tokens.raw.id_token).toBe(tokens.idToken);
		expect(tokens.idToken).toMatch(/^ey/);
	});

	test.each<[string, Record<string, unknown>, claim: string]>([
		["another issuer", { iss: "https://evil.example" }, "iss"],
		["another audience", { aud: "client-2" }, "aud"],
		["another authorized party", { azp: "client-2" }, "azp"],
		["no subject", { sub: undefined }, "sub"],
	])("refreshTokens refuses an ID token with %s", async (_, claims, claim) => {
		expect(await refused(claims)).toContain(`"${claim}"`);
	});

	test("refreshTokens refuses an ID token signed by another key", async () => {
		const { privateKey } = await createKey("first");
		const message = await refused(() =>
			new SignJWT(issuer.claims()).setProtectedHeader({ alg: "RS256", kid: "first" }).sign(privateKey),
		);
		expect(message).toContain("signature verification failed");
	});

	test("refreshTokens refuses an unsigned ID token", async () => {
		await refused(() => new UnsecuredJWT(issuer.claims()).encode());
	});

	test("refreshTokens refuses an ID token that names another user than the app", async () => {
		expect(await refused({}, { sub: "grace" })).toContain(`"sub" claim names another user`);
		expect(await refresh({}, { sub: "ada-36" })).toMatchObject({ accessToken: TOKENS.access_token });
	});

	test("refreshTokens accepts the sub of the session's providerUser", async () => {
		const { providerUser, tokens } = await signIn(issuer);
		await respondWith(issuer, {});
		const fresh = await at(issuer).refreshTokens(`${tokens.refreshToken}`, { sub: providerUser.sub });
		expect(fresh.idToken).toBeDefined();
	});

	test("refreshTokens returns the tokens without the ID token if the issuer's keys can't be fetched", async () => {
		issuer.fail("/jwks", 500);
		const tokens = await refresh({});
		expect(tokens).toMatchObject({ accessToken: TOKENS.access_token, refreshToken: TOKENS.refresh_token });
		expect(tokens).not.toHaveProperty("idToken");
		expect(tokens.raw).not.toHaveProperty("id_token");
		expect(tokens.raw.access_token).toBe(TOKENS.access_token);
	});

	test("refreshTokens leaves out an ID token signed by a new key if the keys can't be fetched again", async () => {
		await refresh({});
		issuer.fail("/jwks", 503);
		const { privateKey } = await createKey("second");
		const tokens = await refresh(() =>
			new SignJWT(issuer.claims()).setProtectedHeader({ alg: "RS256", kid: "second" }).sign(privateKey),
		);
		expect(tokens).toMatchObject({ refreshToken: TOKENS.refresh_token });
		expect(tokens).not.toHaveProperty("idToken");
	});

	test.each([
		["expired long ago", { exp: 1 }],
		["expired an hour ago", { exp: Math.floor(Date.now() / 1000) - 3_600 }],
		["was issued in the future", { iat: Math.floor(Date.now() / 1000) + 3_600 }],
		["is not valid yet", { nbf: Math.floor(Date.now() / 1000) + 3_600 }],
	])(
		"refreshTokens leaves out an ID token that %s by this server's clock, because the old refresh token may be used up",
		async (_, claims) => {
			const tokens = await refresh(claims, { sub: "ada-36" });
			expect(tokens).toMatchObject({ accessToken: TOKENS.access_token, refreshToken: TOKENS.refresh_token });
			expect(tokens).not.toHaveProperty("idToken");
			expect(tokens.raw).not.toHaveProperty("id_token");
			expect(await refused(claims, { sub: "grace" })).toContain(`"sub" claim names another user`);
			expect(await refused({ ...claims, iss: "https://evil.example" })).toContain(`"iss"`);
		},
	);

	test("refreshTokens accepts a response without an ID token", async () => {
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
