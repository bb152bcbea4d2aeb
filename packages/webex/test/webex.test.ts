import { testProvider } from "@oauth/testing/vitest";
import { webex } from "@oauth/webex";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

testProvider(webex, recording, ({ fake, create, signIn, failureOf }) => {
	test("startSignIn sends Webex a nonce that is as long as the state, and another one for each sign-in", async () => {
		const start = async () => {
			const { url, state } = await create().startSignIn(new Request("http://localhost:3000/login"));
			const nonce = new URL(url).searchParams.get("nonce");
			expect(nonce).toHaveLength(state.length);
			expect(nonce).not.toBe(state);
			return nonce;
		};
		expect(await start()).not.toBe(await start());
	});

	describe("the user", () => {
		test("the name of a Webex user is the claim name, whatever its parts are", async () => {
			const { profile } = await signIn({ name: "Countess of Lovelace" });
			expect(profile).toMatchObject({ name: "Countess of Lovelace", givenName: expect.any(String) });
		});

		test.each([
			["true", true],
			["false", false],
			[true, true],
			[false, false],
			[undefined, undefined],
			["", undefined],
			["yes", undefined],
			[1, undefined],
		])("the emailVerified of a Webex user with email_verified %j is %j", async (email_verified, verified) => {
			const { profile } = await signIn({ email_verified });
			expect(profile.email).toBe("ada@example.com");
			expect(profile.emailVerified).toBe(verified);
		});

		test("the Webex user comes from the userinfo endpoint, not from the ID token", async () => {
			const claims = { sub: "somebody-else", email: "eve@example.com", email_verified: true };
			const payload = Buffer.from(JSON.stringify(claims)).toString("base64url");
			fake.substitutes.set(recording.token.url, {
				answer: { ...recording.token.answer, id_token: `eyJhbGciOiJub25lIn0.${payload}.` },
			});
			expect((await signIn()).profile).toEqual(recording.profile);
		});

		test("a Webex user of the scope openid alone has a profile with the id alone", async () => {
			const address = { email: undefined, email_verified: undefined };
			const names = { name: undefined, given_name: undefined, family_name: undefined };
			expect((await signIn({ ...address, ...names })).profile).toEqual({ id: recording.profile.id });
		});

		test("the locale of a Webex user, which Webex's example lacks, is in the profile", async () => {
			expect((await signIn({ locale: "en_US" })).profile.locale).toBe("en_US");
		});
	});

	describe("the tokens", () => {
		const DEAD = "The refresh token provided is expired, revoked, malformed, or invalid";
		test.each([
			{ error: "invalid_request", error_description: DEAD },
			{ message: "The request failed", errors: [{ description: DEAD }], trackingId: "ROUTER_1" },
			{ message: `${DEAD}.`, trackingId: "ROUTER_1" },
		])("refreshTokens fails with INVALID_GRANT if Webex responds with %j", async (answer) => {
			fake.substitutes.set(recording.token.url, { status: 400, answer });
			const dead = await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
			expect(dead).toMatchObject({ step: "refresh", status: 400 });
		});

		test.each([recording.tokenError.answer, { error: "invalid_request" }])(
			"refreshTokens fails with FAILED_REQUEST if Webex responds with %j",
			async (answer) => {
				fake.substitutes.set(recording.token.url, { status: 400, answer });
				await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
			},
		);

		test("Webex's tokens are valid for 14 and 90 days, and a refresh keeps the refresh token", async () => {
			const DAY = 86_400_000;
			const before = Date.now();
			const tokens = await create().refreshTokens(fake.refreshToken);
			expect(tokens.refreshToken).toBe(fake.refreshToken);
			expect(tokens.expiresAt?.getTime()).toBeGreaterThan(before + 13 * DAY);
			expect(tokens.refreshTokenExpiresAt?.getTime()).toBeGreaterThan(before + 89 * DAY);
		});
	});
});
