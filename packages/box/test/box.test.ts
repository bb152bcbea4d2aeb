import { box } from "@oauth/box";
import { CLIENT } from "@oauth/testing";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.box.com/2.0/users/me";

testProvider(box, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("a Box user whose login was changed keeps the id, and has no username", async () => {
			const { providerUserId, profile } = await signIn({ login: "ada.king@example.com" });
			expect(providerUserId).toBe(recording.profile.id);
			expect(profile.email).toBe("ada.king@example.com");
			expect(profile).not.toHaveProperty("username");
		});

		test("an inactive Box user is refused, and the message says whom to ask", async () => {
			const error = await failureOf(signIn({ status: "inactive" }), "FAILED_REQUEST", "is inactive");
			expect(error).toMatchObject({ provider: "box", step: "user" });
			expect(error.message).toContain("The user has to ask the provider");
		});

		test.each(["active", "cannot_delete_edit", "cannot_delete_edit_upload", undefined])(
			"a Box user with the status %s signs in",
			async (status) => {
				expect((await signIn({ status })).providerUserId).toBe(recording.profile.id);
			},
		);

		test("a Box user who has set no name, telephone number or picture has a profile without them", async () => {
			const { profile } = await signIn({ name: "", phone: "", job_title: "", avatar_url: "" });
			expect(profile).toEqual({ id: "11446498", email: "ada@example.com", locale: "en" });
		});

		test("an error of Box's API is FAILED_REQUEST with Box's message", async () => {
			fake.substitutes.set(USER_URL, {
				status: 400,
				answer: {
					type: "error",
					status: 400,
					code: "terms_of_service_required",
					message: "User must accept custom terms of service before action can be taken",
					request_id: "abcdef123456",
				},
			});
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
				step: "user",
				status: 400,
				providerErrorDescription: "User must accept custom terms of service before action can be taken",
			});
		});
	});

	test.each([
		{ email: "notifications@example.com", is_confirmed: true },
		{ email: "ada@example.com", is_confirmed: true },
		null,
	])("Box's login is an address without emailVerified, with the notification_email %j", async (other) => {
		const { profile } = await signIn({ notification_email: other });
		expect(profile.email).toBe("ada@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test.each([
		["en", "en"],
		["gb", "en-GB"],
		["e2", "en-CA"],
		["e3", "en-AU"],
		["fr", "fr"],
		["f2", "fr-CA"],
		["es", "es"],
		["s2", "es-419"],
		["zh", "zh"],
		["zt", "zh-Hant"],
	])("Box's language %s is the locale %s, which Intl accepts", async (language, locale) => {
		const { profile } = await signIn({ language });
		expect(profile.locale).toBe(locale);
		expect(Intl.getCanonicalLocales(locale)).toEqual([locale]);
	});

	describe("the tokens", () => {
		test("startSignIn sends Box a code challenge, but no scope", async () => {
			const { searchParams } = new URL((await create().startSignIn(new Request("http://localhost/"))).url);
			expect([...searchParams.keys()].sort()).toEqual([
				"client_id",
				"code_challenge",
				"code_challenge_method",
				"redirect_uri",
				"response_type",
				"state",
			]);
		});

		test("revokeToken sends Box the token and the client's secret as a form", async () => {
			await create().revokeToken("token-to-revoke");
			expect(Object.fromEntries(new URLSearchParams(fake.requests[0]?.body))).toEqual({
				token: "token-to-revoke",
				client_id: CLIENT.clientId,
				client_secret: CLIENT.clientSecret,
			});
		});

		test("revokeToken fails if Box does not accept the client's secret", async () => {
			const answer = { error: "invalid_client", error_description: "The client credentials are invalid." };
			fake.substitutes.set(recording.revocation.url, { status: 400, answer });
			const error = await failureOf(create().revokeToken("token-to-revoke"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", providerError: "invalid_client" });
		});

		test("a refresh token of Box works once", async () => {
			const old = fake.refreshToken;
			const tokens = await create().refreshTokens(old);
			expect(tokens.refreshToken).toBe(recording.refresh.answer.refresh_token);
			const error = await failureOf(create().refreshTokens(old), "INVALID_GRANT", "Invalid refresh token");
			expect(error).toMatchObject({ status: 400, providerError: "invalid_grant" });
		});
	});
});
