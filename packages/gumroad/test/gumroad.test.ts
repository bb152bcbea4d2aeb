import { gumroad } from "@oauth/gumroad";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.gumroad.com/v2/user";
const { user } = recording.user[USER_URL];

testProvider(gumroad, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("providerUser is the user in Gumroad's response", async () => {
			expect((await signIn()).providerUser).toEqual(user);
		});

		test.each([undefined, null, "", "G_-mnBf9b1j9A7a4ub4nFQ", "P5ppE6H8XIjy2JSCgUhbAw=="])(
			"the id of a Gumroad user is id, whatever user_id is: %j",
			async (user_id) => {
				expect((await signIn({ user: { user_id } })).providerUserId).toBe("5525550123456");
			},
		);

		test.each([undefined, null, "", 0])(
			"a Gumroad user whose id is %j is refused, and not known by user_id",
			async (id) => {
				await failureOf(signIn({ user: { id } }), "INVALID_PROFILE");
			},
		);

		test("a Gumroad user without a name is not named after the e-mail address in display_name", async () => {
			const { profile } = await signIn({ user: { name: null, display_name: "ada@example.com" } });
			expect(profile).not.toHaveProperty("name");
		});

		test("a response of Gumroad with status 200 and success: false is refused", async () => {
			fake.substitutes.set(USER_URL, { answer: { success: false, message: "The user was not found." } });
			await failureOf(signIn(), "FAILED_REQUEST", "The user was not found");
		});

		test("the reason for an empty response of Gumroad is read from WWW-Authenticate", async () => {
			fake.substitutes.set(USER_URL, {
				status: 403,
				headers: { "www-authenticate": `Bearer realm="Doorkeeper", error="insufficient_scope"` },
				text: "",
			});
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
				step: "user",
				status: 403,
				providerError: "insufficient_scope",
			});
		});
	});

	test.each([{}, { confirmed: true }, { email_verified: true }, { verified: true }])(
		"the e-mail address of a Gumroad user with %j has no emailVerified",
		async (fields) => {
			const { profile } = await signIn({ user: fields });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		},
	);

	test("Gumroad's access token does not expire, and its scope is view_profile", async () => {
		const { tokens } = await signIn();
		expect(tokens).not.toHaveProperty("expiresAt");
		expect(tokens.scope).toEqual(["view_profile"]);
	});

	test("revokeToken fails for a token of another Gumroad app", async () => {
		fake.substitutes.set(recording.revocation.url, {
			status: 403,
			answer: {
				error: "unauthorized_client",
				error_description: "You are not authorized to revoke this token",
			},
		});
		const error = await failureOf(create().revokeToken("token-of-another-app"), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "revocation", status: 403, providerError: "unauthorized_client" });
	});
});
