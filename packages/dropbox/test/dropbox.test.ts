import { dropbox } from "@oauth/dropbox";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.dropboxapi.com/2/users/get_current_account";

testProvider(dropbox, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("Dropbox is asked for the user by a POST without a body and without a content type", async () => {
			await signIn();
			const request = fake.requests.find(({ url }) => url === USER_URL);
			expect(request).toMatchObject({ method: "POST", body: "" });
			expect(request?.headers).not.toHaveProperty("content-type");
		});

		test("a Dropbox account that is disabled is refused, and the message says so", async () => {
			const error = await failureOf(signIn({ disabled: true }), "FAILED_REQUEST", "the account is disabled");
			expect(error).toMatchObject({ provider: "dropbox", step: "user" });
			expect(error.message).toContain("The user has to ask the provider");
		});

		test("the name of a Dropbox user is the display name, whatever its parts are", async () => {
			const { profile } = await signIn({ name: { display_name: "Countess of Lovelace" } });
			expect(profile).toMatchObject({ name: "Countess of Lovelace", givenName: expect.any(String) });
		});

		test("an e-mail address that is not verified at Dropbox has emailVerified: false", async () => {
			const { profile } = await signIn({ email_verified: false });
			expect(profile).toMatchObject({ email: "ada@example.com", emailVerified: false });
		});

		test("a Dropbox user without a picture has none in the profile", async () => {
			expect((await signIn({ profile_photo_url: undefined })).profile).not.toHaveProperty("picture");
		});

		test("a personal account and a work account at Dropbox are two users", async () => {
			const work = { account_id: "dbid:AAH1Vcz-DVoRDeixtr_OA8oUGgiqhs4XPOQ", is_paired: true };
			expect((await signIn(work)).providerUserId).toBe(work.account_id);
			expect((await signIn({ is_paired: true })).providerUserId).toBe(recording.profile.id);
		});

		test("a Dropbox response that is null is refused for the missing id", async () => {
			fake.substitutes.set(USER_URL, { answer: null });
			await failureOf(signIn(), "INVALID_PROFILE", "the user has no valid id");
		});

		test("a suspended Dropbox user is FAILED_REQUEST, with Dropbox's error_summary as the description", async () => {
			const answer = { error_summary: "user_suspended/..", error: { ".tag": "user_suspended" } };
			fake.substitutes.set(USER_URL, { status: 401, answer });
			const error = await failureOf(signIn(), "FAILED_REQUEST", "user_suspended");
			expect(error).toMatchObject({
				step: "user",
				status: 401,
				providerErrorDescription: "user_suspended/..",
			});
			expect(error).not.toHaveProperty("providerError");
		});

		test("an error of Dropbox's API in plain text is in the message", async () => {
			const text = 'Error in call to API function "users/get_current_account"';
			fake.substitutes.set(USER_URL, { status: 400, headers: { "content-type": "text/plain" }, text });
			const error = await failureOf(signIn(), "FAILED_REQUEST", text);
			expect(error).toMatchObject({ step: "user", status: 400, providerErrorDescription: text });
		});
	});

	describe("the tokens", () => {
		test("a sign-in with Dropbox asks for no refresh token, unless params do", async () => {
			const typeOf = (params?: Record<string, string>) =>
				new URL(create().getAuthorizationUrl({ params })).searchParams.get("token_access_type");
			expect(typeOf()).toBeNull();
			expect(typeOf({ token_access_type: "offline" })).toBe("offline");
			expect((await signIn()).tokens).not.toHaveProperty("refreshToken");
		});

		test("refreshTokens keeps the refresh token, which Dropbox does not send again", async () => {
			const { refreshToken, expiresAt } = await create().refreshTokens(fake.refreshToken);
			expect(refreshToken).toBe(fake.refreshToken);
			expect(expiresAt).toBeInstanceOf(Date);
		});

		test("revokeToken sends Dropbox the token in the header, without a body and without the client secret", async () => {
			await create().revokeToken("token-to-revoke");
			expect(fake.requests).toMatchObject([{ method: "POST", url: recording.revocation.url, body: "" }]);
			expect(fake.requests[0]?.headers).toMatchObject({ authorization: "Bearer token-to-revoke" });
			expect(fake.requests[0]?.headers).not.toHaveProperty("content-type");
		});

		test("revokeToken fails for an expired access token, because Dropbox then revokes nothing", async () => {
			fake.substitutes.set(recording.revocation.url, {
				status: 401,
				answer: { error_summary: "expired_access_token/..", error: { ".tag": "expired_access_token" } },
			});
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({
				step: "revocation",
				status: 401,
				providerErrorDescription: "expired_access_token/..",
			});
		});
	});
});
