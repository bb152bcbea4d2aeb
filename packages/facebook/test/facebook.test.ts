import { type FacebookConfig, facebook } from "@oauth/facebook";
import { testProvider } from "@oauth/testing/vitest";
import { describe, expect, test } from "vitest";
import recording from "./recording.json" with { type: "json" };

const GRAPH = "https://graph.facebook.com/v25.0";
const USER_URL = `${GRAPH}/me?fields=id,name,first_name,last_name,picture`;
const USER = recording.user[USER_URL];

/** @see https://developers.facebook.com/docs/graph-api/guides/error-handling */
const INVALID_TOKEN = {
	status: 400,
	answer: {
		error: {
			message: "Error validating access token: Session has expired.",
			type: "OAuthException",
			code: 190,
			error_subcode: 463,
			fbtrace_id: "AbCdEfGh",
		},
	},
};

testProvider(facebook, recording, ({ fake, create, signIn, failureOf }) => {
	const paramsOf = (config?: Partial<FacebookConfig>) =>
		new URL(create(config).getAuthorizationUrl()).searchParams;

	describe("graphVersion", () => {
		test("graphVersion is in every URL of Facebook", async () => {
			const v26 = (url: string) => url.replace("/v25.0/", "/v26.0/");
			const subject = create({ graphVersion: "v26.0" });
			expect(subject.getAuthorizationUrl()).toMatch(/^https:\/\/www\.facebook\.com\/v26\.0\/dialog\/oauth\?/);
			fake.substitutes.set(v26(recording.token.url), { answer: recording.token.answer });
			fake.substitutes.set(v26(USER_URL), { answer: USER });
			fake.substitutes.set(v26(recording.revocation.url), { answer: { success: true } });
			expect((await subject.validateCallback("code-of-ada")).providerUserId).toBe("10229000000000001");
			await subject.revokeToken("token-of-ada");
			expect(fake.requests.map(({ url }) => url)).toEqual(
				[recording.token.url, USER_URL, recording.revocation.url].map(v26),
			);
		});

		test.each(["25.0", "v25", "", "v25.0/../v2.0"])(
			"graphVersion %j is refused with a message that says what it must look like",
			async (graphVersion) => {
				const { message } = await failureOf(
					create({ graphVersion }).validateCallback("code"),
					"INVALID_CONFIG",
				);
				expect(message).toContain(`"graphVersion" must look like v25.0`);
			},
		);
	});

	test("the authorization request to Facebook has a config_id only with the setting configId", () => {
		expect(paramsOf({ configId: "123456789012345" }).get("config_id")).toBe("123456789012345");
		expect(paramsOf().has("config_id")).toBe(false);
	});

	describe("the e-mail address", () => {
		test("Facebook is asked for the e-mail address, by scope and by field, only with email: true", async () => {
			expect(paramsOf().get("scope")).toBe("public_profile");
			expect(paramsOf({ email: true }).get("scope")).toBe("public_profile email");
			fake.substitutes.set(`${USER_URL},email`, { answer: { ...USER, email: "ada@example.com" } });
			expect((await signIn({}, { config: { email: true } })).profile.email).toBe("ada@example.com");
		});

		test("the profile does not say whether Facebook's e-mail address is verified", async () => {
			const { profile } = await signIn({ email: "ada@example.com", verified: true });
			expect(profile.email).toBe("ada@example.com");
			expect(profile).not.toHaveProperty("emailVerified");
		});
	});

	describe("the user", () => {
		test("with config.fields, providerUser has the fields that Facebook was asked for", async () => {
			const user = { id: "10229000000000001", short_name: "Ada" };
			fake.substitutes.set(`${GRAPH}/me?fields=id,short_name`, { answer: user });
			const { providerUser, profile } = await signIn({}, { config: { fields: ["id", "short_name"] } });
			expect(providerUser).toEqual(user);
			expect(profile).toEqual({ id: "10229000000000001" });
		});

		test.each([{}, { data: null }, { data: "picture" }, "picture", null, 1])(
			"the profile has no picture if Facebook sends %j as the picture",
			async (picture) => {
				fake.substitutes.set(USER_URL, { answer: { ...USER, picture } });
				const { providerUserId, profile } = await signIn();
				expect(providerUserId).toBe("10229000000000001");
				expect(profile).not.toHaveProperty("picture");
			},
		);

		test("a sign-in whose access token Facebook refuses fails with Facebook's error", async () => {
			fake.substitutes.set(USER_URL, INVALID_TOKEN);
			expect(await failureOf(signIn(), "FAILED_REQUEST")).toMatchObject({
				step: "user",
				status: 400,
				providerError: "OAuthException",
				providerErrorDescription: "Error validating access token: Session has expired.",
			});
		});
	});

	describe("handleCallback", () => {
		/** Signs in with a callback that has these parameters in place of a code. */
		const refuse = (params: Record<string, string>) =>
			signIn(undefined, {
				callback(response) {
					response.delete("code");
					for (const name in params) response.set(name, params[name] ?? "");
				},
			});

		test("handleCallback throws ACCESS_DENIED if the user declines at Facebook", async () => {
			const denied = refuse({
				error: "access_denied",
				error_code: "200",
				error_description: "Permissions error",
				error_reason: "user_denied",
			});
			await failureOf(denied, "ACCESS_DENIED");
			expect(fake.requests).toEqual([]);
		});

		test("handleCallback reports Facebook's error_code if the callback has no error", async () => {
			const failed = refuse({ error_code: "1349003", error_message: "Login Error: try later" });
			const error = await failureOf(failed, "AUTHORIZATION_FAILED");
			expect(error).toMatchObject({
				providerError: "1349003",
				providerErrorDescription: "Login Error: try later",
			});
			expect(error.message).toContain("1349003: Login Error: try later");
		});
	});

	describe("revokeToken", () => {
		test("revokeToken sends Facebook the user's token as a bearer token, and nothing about the app", async () => {
			await create().revokeToken("token-of-ada");
			expect(fake.requests).toMatchObject([
				{
					method: "DELETE",
					url: `${GRAPH}/me/permissions`,
					headers: { authorization: "Bearer token-of-ada" },
					body: "",
				},
			]);
		});

		test("revokeToken fails if Facebook says that the token is no longer valid", async () => {
			fake.substitutes.set(recording.revocation.url, INVALID_TOKEN);
			const error = await failureOf(create().revokeToken("token-of-the-user"), "FAILED_REQUEST");
			expect(error).toMatchObject({ step: "revocation", status: 400, providerError: "OAuthException" });
		});
	});
});
