import { linkedin } from "@oauth/linkedin";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USERINFO = recording.id.in;

testProvider(linkedin, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test.each([
			[{ language: "en", country: "US" }, "en-US"],
			["en-US", "en-US"],
			[undefined, undefined],
			[null, undefined],
			[[], undefined],
			[{ language: undefined, country: undefined }, undefined],
			[{ language: "en", country: {} }, "en"],
		])("LinkedIn's locale %j becomes the profile's locale %j", async (locale, expected) => {
			expect((await signIn({ locale })).profile.locale).toBe(expected);
		});

		test("a LinkedIn member without an address and a photo has a profile without them", async () => {
			const { profile } = await signIn({ email: undefined, email_verified: undefined, picture: undefined });
			expect(profile).toEqual({
				id: "782bbtaQ",
				name: "Ada Example",
				givenName: "Ada",
				familyName: "Example",
				locale: "en-US",
			});
		});

		test("the user comes from LinkedIn's userinfo endpoint, not from the ID token without a nonce", async () => {
			const claims = { sub: "somebody-else", email: "eve@example.com", email_verified: true };
			const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
			fake.substitutes.set(recording.token.url, {
				answer: { ...recording.token.answer, id_token: `eyJhbGciOiJub25lIn0.${payload}.` },
			});
			expect(await signIn()).toMatchObject({
				providerUserId: "782bbtaQ",
				profile: { email: "ada@example.com" },
			});
		});

		test("a sign-in whose access token LinkedIn refuses fails with LinkedIn's error", async () => {
			fake.substitutes.set(USERINFO, {
				status: 401,
				answer: { serviceErrorCode: 65600, message: "Invalid access token", status: 401 },
			});
			expect(await failureOf(signIn(), "FAILED_REQUEST", "Invalid access token")).toMatchObject({
				step: "user",
				status: 401,
				providerErrorDescription: "Invalid access token",
			});
		});
	});

	describe("the tokens", () => {
		test("tokens.scope is a list although LinkedIn puts commas between the scopes", async () => {
			expect((await signIn()).tokens).toMatchObject({ scope: ["email", "openid", "profile"] });
		});

		test("refreshTokens returns the refresh token of an approved LinkedIn app, and when it expires", async () => {
			const { refreshToken, refreshTokenExpiresAt } = await create().refreshTokens(fake.refreshToken);
			expect(refreshToken).toBe(recording.refresh.answer.refresh_token);
			expect(refreshTokenExpiresAt).toBeInstanceOf(Date);
		});
	});

	test.each(["user_cancelled_login", "user_cancelled_authorize"])(
		"handleCallback throws ACCESS_DENIED if LinkedIn says %s",
		async (error) => {
			const cancelled = signIn(
				{},
				{
					callback(params) {
						params.delete("code");
						params.set("error", error);
						params.set("error_description", "The user cancelled");
					},
				},
			);
			expect(await failureOf(cancelled, "ACCESS_DENIED", error)).toMatchObject({ providerError: error });
			expect(fake.requests).toEqual([]);
		},
	);
});
