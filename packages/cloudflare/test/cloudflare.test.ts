import { cloudflare } from "@oauth/cloudflare";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const USER_URL = recording.id.in as "https://api.cloudflare.com/client/v4/user";
const { result } = recording.user[USER_URL];

testProvider(cloudflare, recording, ({ fake, create, signIn, failureOf }) => {
	describe("the user", () => {
		test("providerUser is the result in the response of Cloudflare's API", async () => {
			expect((await signIn()).providerUser).toEqual(result);
		});

		test.each([
			["Ada", "Example", { name: "Ada Example", givenName: "Ada", familyName: "Example" }],
			["Ada", null, { name: "Ada", givenName: "Ada" }],
			[null, "Example", { name: "Example", familyName: "Example" }],
			[" ", "Example", { name: "Example", familyName: "Example" }],
			["", "Example", { name: "Example", familyName: "Example" }],
			[7, "Example", { name: "Example", familyName: "Example" }],
			[null, null, {}],
			[undefined, undefined, {}],
		])(
			"a Cloudflare user with the first name %j and the last name %j has the names %j",
			async (first_name, last_name, names) => {
				const { profile } = await signIn({ result: { ...result, first_name, last_name } });
				expect(profile).toEqual({ id: result.id, email: "ada@example.com", ...names });
			},
		);

		test("an e-mail address from Cloudflare has no emailVerified, even with fields that say so", async () => {
			const { profile } = await signIn({ result: { ...result, email_verified: true, verified: true } });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});

		test("a suspended Cloudflare user signs in, and providerUser says so", async () => {
			const { providerUser } = await signIn({ result: { ...result, suspended: true } });
			expect(providerUser.suspended).toBe(true);
		});
	});

	describe("a failure of Cloudflare's API", () => {
		test.each([
			["10000", "Forbidden"],
			["9109", "Cannot use the access token from location: 203.0.113.7"],
		])(
			"a response of Cloudflare's API with status 403 refuses the sign-in with Cloudflare's message, %s: %s",
			async (code, message) => {
				fake.substitutes.set(USER_URL, {
					status: 403,
					answer: { success: false, errors: [{ code: Number(code), message }], messages: [], result: null },
				});
				const error = await failureOf(signIn(), "FAILED_REQUEST", message);
				expect(error).toMatchObject({ step: "user", status: 403, providerError: code });
			},
		);

		test("a response of Cloudflare's API that is null is a FAILED_REQUEST", async () => {
			fake.substitutes.set(USER_URL, { answer: null });
			await failureOf(signIn(), "FAILED_REQUEST", "the response has no result");
		});

		test.each([
			["without a user", null],
			["beside a user", result],
		])(
			"success: false in a response of Cloudflare's API with status 200 %s refuses the sign-in",
			async (_, user) => {
				const errors = [{ code: 9109, message: "Unauthorized to access requested resource" }];
				fake.substitutes.set(USER_URL, {
					answer: { success: false, errors, messages: [], result: user },
				});
				const refused = signIn();
				const error = await failureOf(refused, "FAILED_REQUEST", "Unauthorized to access requested resource");
				expect(error).toMatchObject({ step: "user", status: 200, providerError: "9109" });
			},
		);
	});

	describe("the tokens", () => {
		test("getAuthorizationUrl asks Cloudflare for a refresh token by the scope offline_access, if the app wants one", () => {
			const url = create({ scope: ["offline_access"] }).getAuthorizationUrl();
			expect(new URL(url).searchParams.get("scope")).toBe("user-details.read offline_access");
		});

		test("a sign-in with Cloudflare has no refresh token by default", async () => {
			expect((await signIn()).tokens).not.toHaveProperty("refreshToken");
		});

		test("revokeToken sends Cloudflare the token with the client's authentication", async () => {
			await create().revokeToken("token-to-revoke");
			const [request] = fake.requests;
			expect(request).toMatchObject({
				url: recording.revocation.url,
				body: "token=token-to-revoke",
			});
			expect(request?.headers.authorization).toMatch(/^Basic /);
		});
	});
});
