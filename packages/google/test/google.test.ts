import { google } from "@oauth/google";
import { loginRequest } from "@oauth/test-kit/sign-in";
import { testProvider } from "@oauth/testing/vitest";
import { decodeJwt } from "jose";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const SUB = recording.profile.id;

testProvider(google, recording, ({ fake, create, signIn, failureOf }) => {
	const withoutDomain = { hostedDomain: undefined };

	test("startSignIn sends the parameters of Google that are set, and no others", async () => {
		const { url } = await create({ accessType: "offline" }).startSignIn(loginRequest(), {
			loginHint: "ada@example.com",
			prompt: "consent",
			params: { include_granted_scopes: "true" },
		});
		expect(Object.fromEntries(new URL(url).searchParams)).toMatchObject({
			hd: "example.com",
			access_type: "offline",
			login_hint: "ada@example.com",
			prompt: "consent",
			include_granted_scopes: "true",
		});
		const bare = new URL(create(withoutDomain).getAuthorizationUrl()).searchParams;
		expect(bare.has("hd") || bare.has("access_type")).toBe(false);
	});

	test("getAuthorizationUrl throws for another issuer, rather than lead to Google", () => {
		expect(() => create({ issuer: "https://issuer.example" }).getAuthorizationUrl()).toThrow(
			expect.objectContaining({ code: "INVALID_CONFIG" }),
		);
	});

	describe("the issuer", () => {
		test("an ID token may name Google as issuer without https://", async () => {
			expect(await signIn({ iss: "accounts.google.com" })).toMatchObject({ providerUserId: SUB });
		});

		test.each([
			["missing", ""],
			["another", "accounts.google.com"],
		])("a callback of Google is refused if its iss is %s", async (reason, iss) => {
			const callback = (params: URLSearchParams) => (iss ? params.set("iss", iss) : params.delete("iss"));
			await failureOf(signIn({}, { callback }), "ISSUER_MISMATCH", `"iss" is ${reason}`);
			expect(fake.requests.filter(({ method }) => method === "POST")).toEqual([]);
		});
	});

	describe("hostedDomain", () => {
		test.each([
			["example.com", "example.com", true],
			["EXAMPLE.com", "example.com", true],
			["example.com", "evil.example", false],
			["example.com", "EXAMPLE.COM.evil.example", false],
			["example.com", undefined, false],
			["example.com", ["example.com"], false],
			["*", "any.example", true],
			["*", undefined, false],
			["*", "", false],
			[undefined, "any.example", true],
			[undefined, undefined, true],
		])("hostedDomain %j, with an account of %j: accepted is %j", async (hostedDomain, hd, accepted) => {
			const outcome = signIn({ hd }, { config: { hostedDomain } });
			if (accepted) expect(await outcome).toMatchObject({ providerUserId: SUB });
			else await failureOf(outcome, "INVALID_ID_TOKEN", `"hd"`);
		});

		test("an empty hostedDomain is refused when the sign-in starts", async () => {
			const starting = create({ hostedDomain: "" }).startSignIn(loginRequest());
			await failureOf(starting, "INVALID_CONFIG", `"hostedDomain" must be`);
		});

		test("hostedDomain is checked in the ID token of One Tap too", async () => {
			const { tokens } = await signIn({ hd: undefined }, { config: withoutDomain });
			const idToken = `${tokens.idToken}`;
			const nonce = `${decodeJwt(idToken).nonce}`;
			expect(await create(withoutDomain).validateIdToken(idToken, { nonce })).toMatchObject({
				providerUserId: SUB,
			});
			await failureOf(create().validateIdToken(idToken, { nonce }), "INVALID_ID_TOKEN", `"hd"`);
		});
	});

	test("refreshTokens keeps the refresh token, which Google does not send again", async () => {
		expect(await create().refreshTokens(fake.refreshToken)).toMatchObject({
			accessToken: recording.refresh.answer.access_token,
			refreshToken: fake.refreshToken,
		});
	});

	test("revokeToken succeeds for a token that Google has already revoked", async () => {
		const answer = { error: "invalid_token", error_description: "Token expired or revoked" };
		fake.substitutes.set(recording.revocation.url, { status: 400, answer });
		await create().revokeToken("ya29.revoked-already");
		expect(fake.requests).toHaveLength(1);
	});
});
