import { testProvider } from "@oauth/testing/vitest";
import { zoom } from "@oauth/zoom";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = recording.id.in;

testProvider(zoom, recording, ({ fake, create, signIn, failureOf }) => {
	test.each([
		[1, true],
		[0, false],
		[undefined, undefined],
		[null, undefined],
		[2, undefined],
		["1", undefined],
		["true", undefined],
		[true, undefined],
	])("the emailVerified of a Zoom user with verified %j is %j", async (verified, expected) => {
		const { profile } = await signIn({ verified });
		expect(profile.email).toBe("ada@example.com");
		expect(profile.emailVerified).toBe(expected);
	});

	describe("the user", () => {
		test("the name of a Zoom user is the display name, whatever its parts are", async () => {
			const { profile } = await signIn({ display_name: "Countess of Lovelace" });
			expect(profile).toMatchObject({ name: "Countess of Lovelace", givenName: expect.any(String) });
		});

		test("a Zoom user without a display name is called by the first name and the last name", async () => {
			const { profile } = await signIn({ display_name: undefined });
			expect(profile).toMatchObject({ name: "Ada Example", givenName: "Ada", familyName: "Example" });
		});

		test("the URLs of a Zoom user's meeting room are in providerUser, and not in the profile", async () => {
			const { profile, providerUser } = await signIn();
			expect(profile).not.toHaveProperty("url");
			expect(providerUser).toMatchObject({
				personal_meeting_url: "https://us05web.zoom.us/j/3542471135",
				vanity_url: "https://example.zoom.us/my/ada",
			});
		});

		test("a sign-in with a Zoom app that lacks the scope user:read:user fails, and the message names the scope", async () => {
			fake.substitutes.set(USER_URL, {
				status: 400,
				answer: {
					code: 4711,
					message: "Invalid access token, does not contain scopes:[user:read:user, user:read:user:admin].",
				},
			});
			const error = await failureOf(signIn(), "FAILED_REQUEST", "scopes:[user:read:user,");
			expect(error).toMatchObject({ step: "user", status: 400 });
		});
	});

	describe("the tokens", () => {
		test("the error for an invalid authorization code does not repeat the code, even if Zoom does", async () => {
			const code = "obBEe8ewaL_KdYKjnimT4KPd8KKdQt9FQ";
			const answer = { reason: `Invalid authorization code ${code}`, error: "invalid_request" };
			fake.substitutes.set(recording.token.url, { status: 400, answer });
			const error = await failureOf(create().validateCallback(code), "FAILED_REQUEST", "invalid_request");
			expect(error.providerErrorDescription).toBe("[withheld: it repeats a secret]");
			expect(error.message).not.toContain(code);
		});

		test("the INVALID_GRANT of a refresh token that Zoom has ended has Zoom's reason", async () => {
			const dead = await failureOf(create().refreshTokens("a-token-never-issued"), "INVALID_GRANT");
			expect(dead).toMatchObject({ step: "refresh", providerErrorDescription: "Invalid Token!" });
		});

		test.each([
			[400, { reason: "Invalid Token!", error: "invalid_request" }],
			[401, { reason: "Invalid Token!" }],
		])(
			"refreshTokens fails with INVALID_GRANT if Zoom responds with status %i and %j",
			async (status, answer) => {
				fake.substitutes.set(recording.token.url, { status, answer });
				await failureOf(create().refreshTokens(fake.refreshToken), "INVALID_GRANT");
			},
		);

		test("refreshTokens fails with FAILED_REQUEST for an invalid_request of Zoom that has another reason", async () => {
			const answer = { reason: "Missing grant type", error: "invalid_request" };
			fake.substitutes.set(recording.token.url, { status: 400, answer });
			await failureOf(create().refreshTokens(fake.refreshToken), "FAILED_REQUEST");
		});

		test("revokeToken accepts Zoom's response, which is JSON", async () => {
			fake.substitutes.set(recording.revocation.url, { answer: { status: "success" } });
			await expect(create().revokeToken("token-of-the-user")).resolves.toBeUndefined();
		});
	});
});
