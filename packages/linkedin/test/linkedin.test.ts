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
		])("with the locale %j has the locale %j", async (locale, expected) => {
			expect((await signIn({ locale })).profile.locale).toBe(expected);
		});

		test("may have no address and no photo", async () => {
			const { profile } = await signIn({ email: undefined, email_verified: undefined, picture: undefined });
			expect(profile).toEqual({
				id: "782bbtaQ",
				name: "Ada Example",
				givenName: "Ada",
				familyName: "Example",
				locale: "en-US",
			});
		});

		test("comes from the userinfo endpoint: an ID token without a nonce proves nothing", async () => {
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

		test("whose token is refused is an error in LinkedIn's words", async () => {
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
		test("say what was granted, although a comma stands between the scopes", async () => {
			expect((await signIn()).tokens).toMatchObject({ scope: ["email", "openid", "profile"] });
		});

		test("of an approved app have a refresh token", async () => {
			const { refreshToken, refreshTokenExpiresAt } = await create().refreshTokens(fake.refreshToken);
			expect(refreshToken).toBe(recording.refresh.answer.refresh_token);
			expect(refreshTokenExpiresAt).toBeInstanceOf(Date);
		});
	});

	test.each(["user_cancelled_login", "user_cancelled_authorize"])(
		"the callback of a user who cancels says %s",
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
