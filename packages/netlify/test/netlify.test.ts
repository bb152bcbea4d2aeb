import { netlify } from "@oauth/netlify";
import { testProvider } from "@oauth/testing/vitest";
import { expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = "https://api.netlify.com/api/v1/user";

testProvider(netlify, recording, ({ fake, create, signIn, failureOf }) => {
	test.each([undefined, null, "", "5f3c1b2a9d8e7f0099999999"])(
		"the id of a Netlify user is id, whatever uid is: %j",
		async (uid) => {
			expect((await signIn({ uid })).providerUserId).toBe(recording.profile.id);
		},
	);

	test.each([undefined, null, "", 0])(
		"a Netlify user whose id is %j is refused, and not known by uid or by the e-mail address",
		async (id) => {
			await failureOf(signIn({ id, uid: "5f3c1b2a9d8e7f0099999999" }), "INVALID_PROFILE");
		},
	);

	test.each([
		{},
		{ login_providers: ["github"] },
		{ has_pending_email_verification: false },
		{ email_verified: true },
	])("the e-mail address of a Netlify user with %j has no emailVerified", async (fields) => {
		const { profile } = await signIn(fields);
		expect(profile.email).toBe("ada@example.com");
		expect(profile).not.toHaveProperty("emailVerified");
	});

	test("getAuthorizationUrl sends Netlify no scope", () => {
		expect(new URL(create().getAuthorizationUrl()).searchParams.has("scope")).toBe(false);
	});

	test("a Netlify sign-in has neither an expiry date nor a refresh token", async () => {
		const { tokens } = await signIn();
		expect(tokens).not.toHaveProperty("expiresAt");
		expect(tokens).not.toHaveProperty("refreshToken");
	});

	test("an error in the form of Netlify's API has its message", async () => {
		fake.substitutes.set(USER_URL, { status: 401, answer: { code: 401, message: "Access Denied" } });
		const error = await failureOf(signIn(), "FAILED_REQUEST");
		expect(error).toMatchObject({ step: "user", status: 401, providerErrorDescription: "Access Denied" });
		expect(error).not.toHaveProperty("providerError");
	});
});
